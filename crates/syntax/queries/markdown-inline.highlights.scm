; Additions to the grammar's own query; a later pattern wins.

(code_span) @text.literal
[(entity_reference) (numeric_character_reference)] @constant
(html_tag) @tag
(email_autolink) @text.uri
(strikethrough) @comment
(full_reference_link ["[" "]"] @punctuation.delimiter)
(collapsed_reference_link ["[" "]"] @punctuation.delimiter)
