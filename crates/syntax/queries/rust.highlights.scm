; Additions to the grammar's own query; a later pattern wins.

((identifier) @constant
  (#match? @constant "^[A-Z][A-Z\\d_]*$"))
(const_item name: (identifier) @constant)
(static_item name: (identifier) @constant)
(type_parameter name: (type_identifier) @type)

((scoped_identifier
  path: (identifier) @type)
  (#match? @type "^[A-Z]"))
(scoped_identifier path: (self) @variable.builtin)
(crate) @keyword

(scoped_type_identifier path: (identifier) @namespace)
((scoped_type_identifier path: (identifier) @type)
  (#match? @type "^[A-Z]"))

; Tuple constructors and variants are types, not functions.
((call_expression function: (identifier) @constructor)
  (#match? @constructor "^[A-Z]"))
((call_expression function: (scoped_identifier name: (identifier) @constructor))
  (#match? @constructor "^[A-Z]"))
(enum_variant name: (identifier) @constructor)

(shorthand_field_initializer (identifier) @property)
(shorthand_field_identifier) @property

(macro_invocation macro: (scoped_identifier name: (identifier) @function.macro) "!" @function.macro)
(macro_definition name: (identifier) @function.macro)
(metavariable) @variable.parameter
(fragment_specifier) @type
; The text of a macro is only tokens: a name before parentheses is a call.
((token_tree (identifier) @function . (token_tree) @_arguments)
  (#match? @_arguments "^\\(")
  (#not-match? @function "^[A-Z]"))
((token_tree "." . (identifier) @property))
((token_tree "." . (identifier) @function . (token_tree) @_arguments)
  (#match? @_arguments "^\\("))
((token_tree (identifier) @function.macro . "!" @function.macro))

(lifetime ["'" (identifier)] @label)
(label ["'" (identifier)] @label)
["=" "==" "!=" "<=" ">=" "+" "-" "/" "%" "^" "!" "|" "||" "&&" "<<" ">>" "+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>="
 "->" "=>" ".." "..=" "..." "?" "@" "<" ">" "$" "#"] @operator

(attribute (identifier) @attribute)
(attribute (scoped_identifier) @attribute)
(attribute (scoped_identifier path: (identifier) @attribute))
(attribute (scoped_identifier name: (identifier) @attribute))
(attribute_item ["#" "[" "]"] @attribute)
(inner_attribute_item ["#" "!" "[" "]"] @attribute)
(inner_doc_comment_marker "!" @comment)
(outer_doc_comment_marker "/" @comment)
