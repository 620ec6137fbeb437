; Additions to the grammar's own query and HTML's; a later pattern wins.

["as" "key" "html" "snippet" "render" "const" "if" "else" "else if" "then" "each" "await" "catch" "debug"] @keyword
["{" "}" "#" ":" "/" "@" "<" ">" "</" "/>" "<!"] @punctuation.bracket
(tag_name) @tag
(erroneous_end_tag_name) @tag
(doctype) @constant
(attribute_name) @attribute
(attribute_value) @string
(quoted_attribute_value) @string
(attribute_value (expression) @none)
(expression) @none
(entity) @constant
(comment) @comment
(snippet_name) @function
"=" @operator
