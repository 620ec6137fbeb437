(class_declaration name: (_) @name) @definition.class
(record_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(annotation_type_declaration name: (_) @name) @definition.interface
(enum_declaration name: (_) @name) @definition.enum
(enum_constant name: (_) @name) @definition.constant
(method_declaration name: (_) @name) @definition.method
(constructor_declaration name: (_) @name) @definition.method
(compact_constructor_declaration name: (_) @name) @definition.method
(annotation_type_element_declaration name: (_) @name) @definition.method
(field_declaration declarator: (variable_declarator name: (_) @name)) @definition.field
((field_declaration declarator: (variable_declarator name: (_) @name)) @definition.constant
  (#match? @name "^[A-Z][A-Z0-9_]*$"))
(constant_declaration declarator: (variable_declarator name: (_) @name)) @definition.constant
(module_declaration name: (_) @name) @definition.module
