; Additions to the grammar's own query; a later pattern wins.

["val" "var" "def" "class" "trait" "object" "enum" "case" "extends" "with" "import" "package" "match" "if" "else" "then" "for" "yield" "while" "do" "try"
  "catch" "finally" "throw" "return" "new" "given" "using" "implicit" "override" "abstract" "final" "sealed" "lazy" "private" "protected" "type"] @keyword
(access_modifier) @keyword
(modifiers) @keyword
((identifier) @variable.builtin (#any-of? @variable.builtin "this" "super"))
(class_parameter name: (identifier) @property)
(function_definition name: (identifier) @function)
(function_declaration name: (identifier) @function)
(template_body (val_definition pattern: (identifier) @property))
(template_body (var_definition pattern: (identifier) @property))
(simple_enum_case name: (identifier) @constant)
(full_enum_case name: (identifier) @constant)
(package_identifier (identifier) @module)
(annotation) @attribute
(annotation name: (type_identifier) @attribute)
(interpolated_string_expression interpolator: (identifier) @function)
(escape_sequence) @string.escape
(interpolation) @embedded
(interpolation ["$" "{" "}"] @punctuation.special)
[":" "=" "=>" "<-" "#" ";"] @punctuation
(end_marker) @keyword
