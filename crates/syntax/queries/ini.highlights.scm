; Additions to the grammar's own query; a later pattern wins.

(setting_value) @string
(section_name) @type
(section_name ["[" "]"] @punctuation)
