; Additions to the grammar's own query; a later pattern wins.

["return" "goto" "in" "local" "and" "or" "not" "while" "do" "end" "repeat" "until" "if" "elseif" "else" "then" "for" "function"] @keyword
(break_statement) @keyword
(hash_bang_line) @comment
(table_constructor ["{" "}"] @punctuation.bracket)
(parameters (identifier) @variable.parameter)
