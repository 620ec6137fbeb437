(block . (identifier) @name . (block_start)) @definition.type
(block . (identifier) @name . [(string_lit) (identifier)] @name . (block_start)) @definition.type
(block . (identifier) @name . [(string_lit) (identifier)] . [(string_lit) (identifier)] @name . (block_start)) @definition.type
(body (attribute . (identifier) @name) @definition.key)
