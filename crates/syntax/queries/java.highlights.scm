; Additions to the grammar's own query; a later pattern wins.

(record_declaration name: (identifier) @type)
(annotation_type_declaration name: (identifier) @type)
(compact_constructor_declaration name: (identifier) @type)
(field_access field: (identifier) @property)
(field_declaration declarator: (variable_declarator name: (identifier) @property))
(enum_constant name: (identifier) @constant)
((identifier) @constant
  (#match? @constant "^_*[A-Z][A-Z\\d_]+$"))
(element_value_pair key: (identifier) @property)
(annotation_type_element_declaration name: (identifier) @function.method)
(labeled_statement (identifier) @label)
(super) @keyword
(annotation "@" @attribute name: (_) @attribute)
(marker_annotation "@" @attribute name: (_) @attribute)
(annotation_type_declaration "@interface" @keyword)
(scoped_identifier name: (identifier) @variable)
((scoped_identifier name: (identifier) @type)
  (#match? @type "^[A-Z]"))
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ";" ":" "::"] @punctuation.delimiter
["=" "==" "!=" "<" ">" "<=" ">=" "+" "-" "*" "/" "%" "!" "&" "|" "^" "~" "&&" "||" "++" "--" "+=" "-=" "*=" "/=" "%=" "&=" "|="
 "^=" "<<" ">>" ">>>" "<<=" ">>=" ">>>=" "->" "?" "..."] @operator
