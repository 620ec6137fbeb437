; Additions for TypeScript; a later pattern wins.

(function_signature name: (identifier) @function)
(method_signature name: (property_identifier) @function.method)
(abstract_method_signature name: (property_identifier) @function.method)
(public_field_definition name: (property_identifier) @property)
(public_field_definition name: (property_identifier) @function.method value: [(arrow_function) (function_expression)])
(property_signature name: (property_identifier) @property)
(property_signature name: (property_identifier) @function.method type: (type_annotation (function_type)))
(enum_body name: (property_identifier) @constant)
(enum_assignment name: (property_identifier) @constant)
(type_parameters ["<" ">"] @punctuation.bracket)
(nested_type_identifier module: (identifier) @module)
(this_type) @variable.builtin
["asserts" "infer" "is" "module" "global" "require" "accessor" "using"] @keyword
["?." "??" "?:" "-?:" "+?:"] @operator
(non_null_expression "!" @operator)
(literal_type (string) @string)
(template_literal_type) @string
(template_type) @none
(template_type ["${" "}"] @punctuation.special)
