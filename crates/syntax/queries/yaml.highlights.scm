; Additions to the grammar's own query; a later pattern wins.

(timestamp_scalar) @constant
(escape_sequence) @string.escape
(block_mapping_pair key: (flow_node (plain_scalar (_) @property)))
(flow_mapping (flow_pair key: (flow_node (plain_scalar (_) @property))))
["&" "*"] @label
["|" ">"] @punctuation.special
