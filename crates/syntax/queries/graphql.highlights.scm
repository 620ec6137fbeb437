; The grammar brings no query; a later pattern wins.

(name) @variable
(named_type (name) @type)
(object_type_definition (name) @type)
(object_type_extension (name) @type)
(interface_type_definition (name) @type)
(enum_type_definition (name) @type)
(union_type_definition (name) @type)
(input_object_type_definition (name) @type)
(scalar_type_definition (name) @type)
(field_definition (name) @property)
(input_value_definition (name) @variable.parameter)
(field (name) @property)
(alias (name) @property)
(argument (name) @variable.parameter)
(object_field (name) @property)
(enum_value (name) @constant)
(variable) @variable.parameter
(variable (name) @variable.parameter)
(operation_definition (name) @function)
(fragment_name (name) @function)
(directive "@" @attribute (name) @attribute)
(directive_definition "@" @attribute (name) @attribute)
[(executable_directive_location) (type_system_directive_location)] @constant
(operation_type) @keyword
["type" "interface" "enum" "union" "input" "scalar" "directive" "schema" "extend" "implements" "on" "fragment" "repeatable"] @keyword
[(string_value)] @string
(description) @comment
[(int_value) (float_value)] @number
[(boolean_value) (null_value)] @constant
["{" "}" "(" ")" "[" "]" ":" "=" "!" "|" "&" "..." "$"] @punctuation
(comma) @punctuation
(comment) @comment
