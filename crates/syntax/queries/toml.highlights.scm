; Additions to the grammar's own query; a later pattern wins.

(pair) @none
(pair (bare_key) @property)
(pair (quoted_key) @property)
(pair (dotted_key (quoted_key) @property))
(table [(bare_key) (quoted_key)] @type)
(table (dotted_key [(bare_key) (quoted_key)] @type))
(table_array_element [(bare_key) (quoted_key)] @type)
(table_array_element (dotted_key [(bare_key) (quoted_key)] @type))
(escape_sequence) @string.escape
[(offset_date_time) (local_date_time) (local_date) (local_time)] @constant
