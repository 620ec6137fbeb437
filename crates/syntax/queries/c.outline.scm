(function_definition declarator: (function_declarator declarator: (_) @name)) @definition.function
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @definition.function
(function_definition
  declarator: (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))))
  @definition.function
(translation_unit (declaration declarator: (function_declarator declarator: (identifier) @name)) @definition.function)
(translation_unit (declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
  @definition.function)
(preproc_ifdef (declaration declarator: (function_declarator declarator: (identifier) @name)) @definition.function)
(preproc_ifdef (declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
  @definition.function)
(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.type
(enum_specifier name: (_) @name body: (_)) @definition.enum
(enumerator name: (_) @name) @definition.constant
(type_definition declarator: (type_identifier) @name) @definition.type
(type_definition type: (struct_specifier !name) declarator: (type_identifier) @name) @definition.struct
(type_definition type: (enum_specifier !name) declarator: (type_identifier) @name) @definition.enum
(preproc_def name: (_) @name value: (_)) @definition.macro
(preproc_function_def name: (_) @name) @definition.macro
(struct_specifier body: (field_declaration_list (field_declaration declarator: (field_identifier) @name) @definition.field))
(struct_specifier body: (field_declaration_list
  (field_declaration declarator: (pointer_declarator declarator: (field_identifier) @name)) @definition.field))
(struct_specifier body: (field_declaration_list
  (field_declaration declarator: (array_declarator declarator: (field_identifier) @name)) @definition.field))
(declaration_list (declaration declarator: (function_declarator declarator: (identifier) @name)) @definition.function)
(declaration_list (declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
  @definition.function)
(type_definition
  declarator: (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name))))
  @definition.type
