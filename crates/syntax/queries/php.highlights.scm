; Additions to the grammar's own query; a later pattern wins.

(class_declaration name: (name) @type)
(interface_declaration name: (name) @type)
(trait_declaration name: (name) @type)
(enum_declaration name: (name) @type)
(base_clause (name) @type)
(class_interface_clause (name) @type)
(use_declaration (name) @type)
(type_list (named_type (name) @type))
(binary_expression operator: "instanceof" right: (name) @type)
(enum_case name: (name) @constant)
(class_constant_access_expression . (name) @type)
(class_constant_access_expression (_) . (name) @constant)
((class_constant_access_expression (_) . (name) @keyword) (#eq? @keyword "class"))
(scoped_property_access_expression scope: (name) @type)
(scoped_call_expression scope: (name) @type)
(scoped_call_expression name: (name) @function)
(object_creation_expression (name) @type)
(attribute (name) @attribute)
(argument name: (name) @property)
(method_declaration name: (name) @function.method)
(function_definition name: (name) @function)
(function_call_expression function: (name) @function)
(member_access_expression name: (name) @property)
(nullsafe_member_access_expression name: (name) @property)
(nullsafe_member_call_expression name: (name) @function.method)
(member_call_expression name: (name) @function.method)
(variable_name) @variable
(variable_name ["$" (name)] @variable)
(property_element (variable_name) @property)
(property_element (variable_name ["$" (name)] @property))
((variable_name (name) @variable.builtin) (#eq? @variable.builtin "this"))
(escape_sequence) @string.escape
[(heredoc_start) (heredoc_end) (nowdoc_string)] @string
(boolean) @constant.builtin
(null) @constant.builtin
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ";" ":" "::" "->" "?->" "\\"] @punctuation.delimiter
["=" "==" "===" "!=" "!==" "<" ">" "<=" ">=" "<=>" "+" "-" "*" "/" "%" "**" "." "!" "&&" "||" "&" "|" "^" "~" "<<" ">>" "??" "?"
 "=>" "+=" "-=" "*=" "/=" ".=" "%=" "??=" "&=" "|=" "^=" "<<=" ">>=" "**=" "++" "--" "@" "..."] @operator
(attribute_group ["#[" "]"] @attribute)
