; The grammar's own query tells kinds of names by patterns that only another editor knows; a later pattern wins.

(identifier) @variable
((identifier) @type (#match? @type "^[A-Z][A-Za-z0-9_]*$"))
((identifier) @constant (#match? @constant "^[A-Z][A-Z0-9_]+$"))
(parameter name: (identifier) @variable.parameter)
(builtin_type) @type
(field_expression member: (identifier) @property)
(field_initializer . (identifier) @property)
(container_field name: (_) @property)
(error_set_declaration (identifier) @constant)
(function_declaration name: (identifier) @function)
(function_signature name: (identifier) @function)
(call_expression function: (identifier) @function)
(call_expression function: (field_expression member: (identifier) @function))
(builtin_identifier) @function
((builtin_identifier) @keyword (#any-of? @keyword "@import" "@cImport"))
(block_label (identifier) @label)
(break_label (identifier) @label)
[(boolean) "null" "undefined" "unreachable"] @constant
[(integer) (float)] @number
[(string) (multiline_string)] @string
(character) @string
(escape_sequence) @string.escape
["align" "allowzero" "and" "asm" "async" "await" "break" "callconv" "catch" "comptime" "const" "continue" "defer" "else" "enum" "errdefer" "error"
  "export" "extern" "fn" "for" "if" "inline" "linksection" "noalias" "noinline" "nosuspend" "opaque" "or" "orelse" "packed" "pub" "resume" "return"
  "struct" "suspend" "switch" "test" "threadlocal" "try" "union" "usingnamespace" "var" "volatile" "while" "anyframe"] @keyword
["=" "==" "!=" "<" ">" "<=" ">=" "+" "-" "*" "/" "%" "&" "|" "^" "~" "!" "?" ".*" ".?" ".." "..." "=>" "->" "++" "**" "||" "+=" "-=" "*=" "/=" "<<" ">>"
  "[" "]" "(" ")" "{" "}" ";" "." "," ":"] @punctuation
(payload "|" @punctuation)
(comment) @comment
