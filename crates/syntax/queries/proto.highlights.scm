; The grammar's crate brings no query; a later pattern wins.

(package (full_ident (identifier) @module))
(option (full_ident (identifier) @property))
(option (identifier) @property)
(field_option (identifier) @property)
(enum_value_option (identifier) @property)
(field (identifier) @property)
(map_field (identifier) @property)
(oneof (identifier) @property)
(oneof_field (identifier) @property)
(block_lit (identifier) @property)
(constant (full_ident (identifier) @constant))
(enum_field (identifier) @constant)
[(key_type) (type)] @type
(message_name (identifier) @type)
(enum_name (identifier) @type)
(service_name (identifier) @type)
(message_or_enum_type (identifier) @type)
(extend (full_ident (identifier) @type))
(rpc_name (identifier) @function)
[(string) (reserved_identifier)] @string
(escape_sequence) @string.escape
[(int_lit) (float_lit)] @number
[(true) (false)] @constant
["syntax" "edition" "option" "package" "import" "message" "enum" "service" "rpc" "returns" "oneof" "map" "reserved" "extend" "extensions" "group" "to" "max"
  "optional" "repeated" "required" "stream" "weak" "public"] @keyword
["(" ")" "[" "]" "{" "}" "<" ">" ";" "," "." ":" "=" "-" "+"] @punctuation
(comment) @comment
