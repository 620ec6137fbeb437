(source_file (variable_declaration . (identifier) @name) @definition.constant)
(struct_declaration (variable_declaration . (identifier) @name) @definition.constant)
(union_declaration (variable_declaration . (identifier) @name) @definition.constant)
(enum_declaration (variable_declaration . (identifier) @name) @definition.constant)
(variable_declaration . (identifier) @name (struct_declaration)) @definition.struct
(variable_declaration . (identifier) @name (union_declaration)) @definition.type
(variable_declaration . (identifier) @name (opaque_declaration)) @definition.type
(variable_declaration . (identifier) @name (error_set_declaration)) @definition.enum
(variable_declaration . (identifier) @name (enum_declaration)) @definition.enum
(function_declaration name: (identifier) @name) @definition.function
(struct_declaration (function_declaration name: (identifier) @name) @definition.method)
(union_declaration (function_declaration name: (identifier) @name) @definition.method)
(enum_declaration (function_declaration name: (identifier) @name) @definition.method)
(container_field name: (_) @name) @definition.field
(test_declaration [(string) (identifier)] @name) @definition.function
