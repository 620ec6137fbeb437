; The grammar's own query tells kinds of words by patterns that only another editor knows; a later pattern wins.

(unquoted_argument) @none
((unquoted_argument) @constant (#match? @constant "^[A-Z@][A-Z0-9_]+$"))
((unquoted_argument) @number (#match? @number "^[0-9][0-9.]*$"))
((unquoted_argument) @constant (#match? @constant "^(?i:on|off|true|false|yes|no)$"))
[(quoted_argument) (bracket_argument)] @string
(escape_sequence) @string.escape
(variable_ref) @embedded
(variable) @property
["$" "{" "}" "ENV" "CACHE"] @punctuation.special
(normal_command (identifier) @function)
((normal_command (identifier) @keyword) (#match? @keyword "^(?i:return|break|continue|include|set|unset|project|cmake_minimum_required)$"))
[(function) (endfunction) (macro) (endmacro) (if) (elseif) (else) (endif) (foreach) (endforeach) (while) (endwhile) (block) (endblock)] @keyword
(function_command (argument_list . (argument) @function))
(macro_command (argument_list . (argument) @function))
(if_command (argument_list (argument (unquoted_argument) @keyword)
  (#any-of? @keyword "NOT" "AND" "OR" "DEFINED" "EXISTS" "MATCHES" "TARGET" "EQUAL" "LESS" "GREATER" "STREQUAL" "IN_LIST" "VERSION_LESS" "VERSION_GREATER")))
(elseif_command (argument_list (argument (unquoted_argument) @keyword)
  (#any-of? @keyword "NOT" "AND" "OR" "DEFINED" "EXISTS" "MATCHES" "TARGET" "EQUAL" "LESS" "GREATER" "STREQUAL" "IN_LIST")))
["(" ")"] @punctuation
[(line_comment) (bracket_comment)] @comment
