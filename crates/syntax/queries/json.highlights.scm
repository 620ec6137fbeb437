(string) @string
(pair key: (string) @property)
(number) @number
[(null) (true) (false)] @constant.builtin
(escape_sequence) @string.escape
(comment) @comment
["{" "}" "[" "]"] @punctuation.bracket
["," ":"] @punctuation.delimiter
