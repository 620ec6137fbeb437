(class_definition name: (_) @name) @definition.class
(function_definition name: (_) @name) @definition.function
(class_definition body: (block (function_definition name: (_) @name) @definition.method))
(class_definition body: (block (decorated_definition definition: (function_definition name: (_) @name) @definition.method)))
(module (expression_statement (assignment left: (identifier) @name) @definition.constant)
  (#match? @name "^_*[A-Z][A-Z0-9_]*$"))
(type_alias_statement left: (_) @name) @definition.type
