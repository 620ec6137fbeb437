; Additions to the grammar's own query; a later pattern wins.

(atx_heading) @text.title
(setext_heading) @text.title
(atx_heading (inline) @text.title)
[(atx_h1_marker) (atx_h2_marker) (atx_h3_marker) (atx_h4_marker) (atx_h5_marker) (atx_h6_marker)
 (setext_h1_underline) (setext_h2_underline)] @punctuation.special
(fenced_code_block) @none
(info_string) @attribute
(info_string (language) @attribute)
(code_fence_content) @none
(fenced_code_block !info_string (code_fence_content) @text.literal)
(indented_code_block) @text.literal
[(task_list_marker_checked) (task_list_marker_unchecked)] @punctuation.special
(pipe_table_header (pipe_table_cell) @text.strong)
(pipe_table_header "|" @punctuation.delimiter)
(pipe_table_row "|" @punctuation.delimiter)
(pipe_table_delimiter_row) @punctuation.delimiter
[(entity_reference) (numeric_character_reference)] @constant
[(minus_metadata) (plus_metadata)] @none
