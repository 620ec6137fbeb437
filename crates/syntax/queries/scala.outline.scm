(class_definition name: (_) @name) @definition.class
(object_definition name: (_) @name) @definition.module
(package_object name: (_) @name) @definition.module
(trait_definition name: (_) @name) @definition.trait
(enum_definition name: (_) @name) @definition.enum
(simple_enum_case name: (_) @name) @definition.constant
(full_enum_case name: (_) @name) @definition.constant
(type_definition name: (_) @name) @definition.type
(given_definition name: (_) @name) @definition.constant
(function_definition name: (_) @name) @definition.function
(template_body (function_definition name: (_) @name) @definition.method)
(enum_body (function_definition name: (_) @name) @definition.method)
(function_declaration name: (_) @name) @definition.method
(compilation_unit (val_definition pattern: (identifier) @name) @definition.constant)
(compilation_unit (var_definition pattern: (identifier) @name) @definition.constant)
(template_body (val_definition pattern: (identifier) @name) @definition.field)
(template_body (var_definition pattern: (identifier) @name) @definition.field)
(val_declaration name: (_) @name) @definition.field
(var_declaration name: (_) @name) @definition.field
