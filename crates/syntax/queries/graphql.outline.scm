(object_type_definition (name) @name) @definition.struct
(object_type_extension (name) @name) @definition.struct
(interface_type_definition (name) @name) @definition.interface
(enum_type_definition (name) @name) @definition.enum
(enum_value_definition (enum_value) @name) @definition.constant
(union_type_definition (name) @name) @definition.type
(input_object_type_definition (name) @name) @definition.struct
(scalar_type_definition (name) @name) @definition.type
(directive_definition (name) @name) @definition.macro
(field_definition (name) @name) @definition.field
(input_fields_definition (input_value_definition (name) @name) @definition.field)
(operation_definition (name) @name) @definition.function
(fragment_definition (fragment_name) @name) @definition.function
