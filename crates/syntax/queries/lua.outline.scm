(function_declaration name: (identifier) @name) @definition.function
(function_declaration name: (dot_index_expression) @name) @definition.function
(function_declaration name: (method_index_expression) @name) @definition.method
(assignment_statement (variable_list name: (_) @name) (expression_list value: (function_definition))) @definition.function
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name) (expression_list value: (table_constructor)))) @definition.constant)
(field name: (identifier) @name value: (function_definition)) @definition.method
