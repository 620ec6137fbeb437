(function_declaration name: (_) @name) @definition.function
(generator_function_declaration name: (_) @name) @definition.function
(function_signature name: (_) @name) @definition.function
(class_declaration name: (_) @name) @definition.class
(abstract_class_declaration name: (_) @name) @definition.class
(variable_declarator name: (identifier) @name value: (class)) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(type_alias_declaration name: (_) @name) @definition.type
(enum_declaration name: (_) @name) @definition.enum
(internal_module name: (_) @name) @definition.module
(module name: (_) @name) @definition.module
(method_definition name: (_) @name) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(class_body (method_signature name: (_) @name) @definition.method)
(interface_body (method_signature name: (_) @name) @definition.method)
(interface_body (property_signature name: (_) @name) @definition.field)
(class_body (public_field_definition name: (_) @name) @definition.field)
(class_body (public_field_definition name: (_) @name value: [(arrow_function) (function_expression)]) @definition.method)
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name
  value: [(number) (string) (template_string) (object) (array) (call_expression) (new_expression) (member_expression) (regex)
          (true) (false) (null) (binary_expression) (await_expression) (as_expression) (satisfies_expression)]) @definition.constant))
(program (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name
  value: [(number) (string) (template_string) (object) (array) (call_expression) (new_expression) (member_expression) (regex)
          (true) (false) (null) (binary_expression) (await_expression) (as_expression) (satisfies_expression)]) @definition.constant)))
