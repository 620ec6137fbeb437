; Additions to the grammar's own query; a later pattern wins.

(attribute attribute: (identifier) @property)
((identifier) @constant
  (#match? @constant "^_*[A-Z][A-Z\\d_]+$"))
((attribute attribute: (identifier) @constant)
  (#match? @constant "^_*[A-Z][A-Z\\d_]+$"))
((attribute attribute: (identifier) @constructor)
  (#match? @constructor "^[A-Z][A-Z\\d_]*[a-z]"))
(keyword_argument name: (identifier) @property)

(call function: (identifier) @function)
(call function: (attribute attribute: (identifier) @function.method))
((call function: (identifier) @constructor)
  (#match? @constructor "^[A-Z]"))
((call function: (attribute attribute: (identifier) @constructor))
  (#match? @constructor "^[A-Z]"))
(function_definition name: (identifier) @function)
(class_definition name: (identifier) @type)

((identifier) @variable.builtin
  (#any-of? @variable.builtin "self" "cls"))
((identifier) @constant.builtin
  (#any-of? @constant.builtin "__name__" "__file__" "__all__" "__doc__" "NotImplemented" "Ellipsis"))
(ellipsis) @constant.builtin

(type (identifier) @type)
(type (subscript value: (identifier) @type))
(generic_type (identifier) @type)
(union_type (type (identifier) @type))
(type (binary_operator (identifier) @type))
(type (none) @constant.builtin)
((identifier) @type
  (#any-of? @type "int" "str" "float" "bool" "bytes" "dict" "list" "set" "tuple" "object" "type"))
((call function: (identifier) @function)
  (#any-of? @function "int" "str" "float" "bool" "bytes" "dict" "list" "set" "tuple" "object" "type"))

(decorator) @none
(decorator "@" @attribute)
(decorator (identifier) @attribute)
(decorator (attribute attribute: (identifier) @attribute))
(decorator (call function: (identifier) @attribute))
(decorator (call function: (attribute attribute: (identifier) @attribute)))

["and" "in" "is" "not" "or" "is not" "not in" "type"] @keyword
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ":" ";"] @punctuation.delimiter
(interpolation ["{" "}"] @punctuation.special)
(escape_interpolation) @string.escape
(format_specifier) @string
(type_conversion) @string
