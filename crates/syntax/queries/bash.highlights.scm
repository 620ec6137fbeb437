; Additions to the grammar's own query; a later pattern wins.

(command_name (word) @function)
((command_name (word) @keyword)
  (#any-of? @keyword "exit" "return" "break" "continue" "shift" "source" "." "eval" "exec" "trap" "set" "exit"))
(variable_name) @property
(special_variable_name) @property
(simple_expansion "$" @property)
(expansion ["${" "}"] @punctuation.special)
(command_substitution ["$(" ")" "`"] @punctuation.special)
[(string) (raw_string) (ansi_c_string) (translated_string) (heredoc_body) (heredoc_start) (heredoc_end) (regex)] @string
(test_operator) @operator
(number) @number
["declare" "typeset" "export" "readonly" "local" "unset" "unsetenv" "select" "until" "esac" "in"] @keyword
["(" ")" "((" "))" "[" "]" "[[" "]]" "{" "}"] @punctuation.bracket
[";" ";;" ";&" ";;&" "&"] @punctuation.delimiter
["=" "==" "=~" "!=" "+=" "<" ">" ">>" "<<" "<<-" "<<<" "&>" "&>>" ">&" "<&" ">|" "|" "|&" "&&" "||" "!"] @operator
(string (expansion (word) @string))
