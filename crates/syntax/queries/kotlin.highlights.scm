; The grammar brings no query; a later pattern wins.

(identifier) @variable
((identifier) @constant (#match? @constant "^[A-Z][A-Z0-9_]+$"))
((identifier) @variable.builtin (#any-of? @variable.builtin "it" "field"))
(user_type (identifier) @type)
(type_parameter (identifier) @type)
(type_alias type: (identifier) @type)
(class_declaration name: (identifier) @type)
(object_declaration name: (identifier) @type)
(companion_object name: (identifier) @type)
(enum_entry (identifier) @constant)
(function_declaration name: (identifier) @function)
(call_expression . (identifier) @function)
(call_expression . (navigation_expression (identifier) @function .))
(navigation_expression (_) (identifier) @property)
(call_expression . (navigation_expression (_) (identifier) @function .))
(class_parameter ["val" "var"] . (identifier) @property)
(class_body (property_declaration (variable_declaration (identifier) @property)))
(package_header (qualified_identifier (identifier) @module))
(import (qualified_identifier (identifier) @module))
(annotation) @attribute
(annotation (user_type (identifier) @attribute))
(annotation (constructor_invocation (user_type (identifier) @attribute)))
(label) @label
[(this_expression) (super_expression)] @variable.builtin
[(class_modifier) (function_modifier) (inheritance_modifier) (member_modifier) (parameter_modifier) (platform_modifier) (property_modifier)
  (reification_modifier) (variance_modifier) (visibility_modifier)] @keyword
["as" "as?" "by" "catch" "class" "companion" "constructor" "do" "else" "enum" "finally" "for" "fun" "get" "if" "import" "in" "!in" "init" "interface"
  "is" "!is" "object" "package" "return" "return@" "set" "super" "this" "this@" "throw" "try" "typealias" "val" "var" "when" "where" "while"] @keyword
[(string_literal) (multiline_string_literal) (character_literal)] @string
(escape_sequence) @string.escape
(interpolation) @embedded
(interpolation ["$" "${" "}"] @punctuation.special)
[(number_literal) (float_literal)] @number
["!" "!!" "!=" "!==" "%" "%=" "&&" "*" "*=" "+" "++" "+=" "-" "--" "-=" "->" ".." "..<" "/" "/=" "<" "<=" "=" "==" "===" ">" ">=" "?:" "?" "||"
  "." "?." "," ":" "::" ";" "(" ")" "[" "]" "{" "}"] @punctuation
[(line_comment) (block_comment) (shebang)] @comment
