; Additions to the grammar's own query; a later pattern wins.

(package_identifier) @module
((identifier) @constant.builtin (#eq? @constant.builtin "_"))
(const_spec name: (identifier) @constant)
(call_expression function: (identifier) @function)
(call_expression function: (selector_expression field: (field_identifier) @function.method))
(call_expression function: (parenthesized_expression (identifier) @function))
((call_expression function: (identifier) @type)
  (#any-of? @type "string" "bool" "byte" "rune" "error" "any" "uintptr" "int" "int8" "int16" "int32" "int64"
    "uint" "uint8" "uint16" "uint32" "uint64" "float32" "float64" "complex64" "complex128"))
(function_declaration name: (identifier) @function)
(method_declaration name: (field_identifier) @function.method)
(method_elem name: (field_identifier) @function.method)
(keyed_element key: (literal_element (identifier) @property))
(label_name) @label
[(true) (false) (nil) (iota)] @constant.builtin
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ":" ";"] @punctuation.delimiter
["&^" "&^=" "..."] @operator
