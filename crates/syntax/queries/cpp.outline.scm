(namespace_definition name: (_) @name) @definition.module
(class_specifier name: (_) @name body: (_)) @definition.class
(alias_declaration name: (_) @name) @definition.type
(concept_definition name: (_) @name) @definition.type
(function_definition declarator: (reference_declarator (function_declarator declarator: (_) @name))) @definition.function
(field_declaration_list (function_definition declarator: (function_declarator declarator: (_) @name)) @definition.method)
(field_declaration_list
  (function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @definition.method)
(field_declaration_list
  (function_definition declarator: (reference_declarator (function_declarator declarator: (_) @name))) @definition.method)
(field_declaration_list
  (template_declaration (function_definition declarator: (function_declarator declarator: (_) @name)) @definition.method))
(field_declaration_list (field_declaration declarator: (function_declarator declarator: (_) @name)) @definition.method)
(field_declaration_list
  (field_declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @definition.method)
(field_declaration_list
  (field_declaration declarator: (reference_declarator (function_declarator declarator: (_) @name))) @definition.method)
(field_declaration_list (declaration declarator: (function_declarator declarator: (_) @name)) @definition.method)
(function_definition declarator: (function_declarator declarator: (qualified_identifier) @name)) @definition.method
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (qualified_identifier) @name)))
  @definition.method
(function_definition declarator: (reference_declarator (function_declarator declarator: (qualified_identifier) @name))) @definition.method
(class_specifier body: (field_declaration_list (field_declaration declarator: (field_identifier) @name) @definition.field))
