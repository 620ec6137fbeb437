(block (command (filename) @name .)) @definition.module
(hunk location: (location) @name) @definition.key
