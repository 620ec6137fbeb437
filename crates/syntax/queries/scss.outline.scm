(rule_set (selectors) @name) @definition.class
(keyframes_statement (keyframes_name) @name) @definition.type
(mixin_statement name: (identifier) @name) @definition.macro
(function_statement name: (identifier) @name) @definition.function
(stylesheet (declaration . (_) @name) @definition.constant)
