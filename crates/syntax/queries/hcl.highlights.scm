; The grammar brings no query; a later pattern wins.

(identifier) @variable
(attribute . (identifier) @property)
(object_elem key: (expression (variable_expr (identifier) @property)))
(get_attr (identifier) @property)
(block . (identifier) @keyword)
(block (string_lit) @type)
(block (identifier) @type)
(block . (identifier) @keyword)
(function_call . (identifier) @function)
((identifier) @variable.builtin (#any-of? @variable.builtin "var" "local" "each" "self" "count" "path" "module" "data"))
(attribute . (identifier) @property)
(get_attr (identifier) @property)
(block . (identifier) @keyword)
[(template_literal) (quoted_template_start) (quoted_template_end)] @string
[(heredoc_start) (heredoc_identifier)] @label
(block (string_lit) @type)
(block (string_lit [(quoted_template_start) (template_literal) (quoted_template_end)] @type))
[(template_interpolation_start) (template_interpolation_end) (template_directive_start) (template_directive_end)] @punctuation.special
(numeric_lit) @number
[(bool_lit) (null_lit)] @constant
["for" "in" "if" "else" "endif" "endfor"] @keyword
["=" "=>" "!" "*" "/" "%" "+" "-" ">" ">=" "<" "<=" "==" "!=" "&&" "||" "?" ":" "." ".*" "," "[*]"] @punctuation
[(ellipsis) (block_start) (block_end) (object_start) (object_end) (tuple_start) (tuple_end) "(" ")" "[" "]"] @punctuation
(comment) @comment
