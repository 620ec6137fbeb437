(function_declaration name: (_) @name) @definition.function
(generator_function_declaration name: (_) @name) @definition.function
(class_declaration name: (_) @name) @definition.class
(variable_declarator name: (identifier) @name value: (class)) @definition.class
(method_definition name: (_) @name) @definition.method
(class_body (field_definition property: (_) @name) @definition.field)
(class_body (field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @definition.method)
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @definition.function
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function) (function_expression)]) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name
  value: [(number) (string) (template_string) (object) (array) (call_expression) (new_expression) (member_expression) (regex)
          (true) (false) (null) (binary_expression) (await_expression)]) @definition.constant))
(program (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name
  value: [(number) (string) (template_string) (object) (array) (call_expression) (new_expression) (member_expression) (regex)
          (true) (false) (null) (binary_expression) (await_expression)]) @definition.constant)))
