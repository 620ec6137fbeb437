; Additions to the grammar's own query; a later pattern wins.

(image_name) @type
(image_tag) @constant
(image_alias) @function
(mount_param_param) @none
(heredoc_content) @none
