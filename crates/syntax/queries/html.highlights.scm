; Additions to the grammar's own query; a later pattern wins.

(doctype) @constant
(quoted_attribute_value) @string
(entity) @constant
"=" @operator
["<" ">" "</" "/>" "<!"] @punctuation.bracket
