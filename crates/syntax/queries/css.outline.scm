(rule_set (selectors) @name) @definition.class
(keyframes_statement (keyframes_name) @name) @definition.type
