; Additions for C++; a later pattern wins.

(call_expression function: (qualified_identifier name: (identifier) @function))
(call_expression function: (qualified_identifier name: (qualified_identifier name: (identifier) @function)))
((call_expression function: (identifier) @constructor)
  (#match? @constructor "^[A-Z][A-Za-z\\d_]*[a-z]"))
(template_function name: (identifier) @function)
(template_method name: (field_identifier) @function)
(function_declarator declarator: (field_identifier) @function)
(function_declarator declarator: (qualified_identifier name: (identifier) @function))
(function_declarator declarator: (qualified_identifier name: (qualified_identifier name: (identifier) @function)))
(function_declarator declarator: (reference_declarator (function_declarator declarator: (_) @function)))
(destructor_name "~" @function (identifier) @function)
(operator_name "operator" @keyword)
(namespace_identifier) @module
((namespace_identifier) @type (#match? @type "^[A-Z]"))
(concept_definition name: (identifier) @type)
(auto) @keyword
(this) @variable.builtin
(null) @constant.builtin
(raw_string_literal) @string
(user_defined_literal (literal_suffix) @constant)
(attribute_declaration ["[[" "]]"] @attribute)
(field_initializer (field_identifier) @property)
["and" "and_eq" "bitand" "bitor" "compl" "not" "not_eq" "or" "or_eq" "xor" "xor_eq" "decltype" "static_assert" "operator"] @keyword
["::" "->*" ".*" "<=>"] @operator
(template_parameter_list ["<" ">"] @punctuation.bracket)
(template_argument_list ["<" ">"] @punctuation.bracket)
(lambda_default_capture) @operator
((field_identifier) @constant
  (#match? @constant "^[A-Z][A-Z\\d]*_[A-Z\\d_]*$"))
(raw_string_literal ["(" ")"] @string)
