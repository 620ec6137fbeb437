(function_item name: (_) @name) @definition.function
(function_signature_item name: (_) @name) @definition.function
(impl_item body: (declaration_list (function_item name: (_) @name) @definition.method))
(trait_item body: (declaration_list (function_item name: (_) @name) @definition.method))
(trait_item body: (declaration_list (function_signature_item name: (_) @name) @definition.method))
(struct_item name: (_) @name) @definition.struct
(enum_item name: (_) @name) @definition.enum
(enum_variant name: (_) @name) @definition.field
(union_item name: (_) @name) @definition.type
(trait_item name: (_) @name) @definition.trait
(type_item name: (_) @name) @definition.type
(associated_type name: (_) @name) @definition.type
(impl_item !trait type: (_) @name) @definition.type
(impl_item trait: (_) @name type: (_) @name) @definition.type
(mod_item name: (_) @name) @definition.module
(macro_definition name: (_) @name) @definition.macro
(source_file (const_item name: (_) @name) @definition.constant)
(source_file (static_item name: (_) @name) @definition.constant)
(declaration_list (const_item name: (_) @name) @definition.constant)
(declaration_list (static_item name: (_) @name) @definition.constant)
(struct_item body: (field_declaration_list (field_declaration name: (_) @name) @definition.field))
