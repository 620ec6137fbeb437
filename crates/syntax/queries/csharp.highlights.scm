; Additions to the grammar's own query; a later pattern wins.

(member_access_expression name: (identifier) @property)
(member_binding_expression name: (identifier) @property)
(invocation_expression function: (identifier) @function)
(invocation_expression function: (member_access_expression name: (identifier) @function))
(invocation_expression function: (member_access_expression name: (generic_name (identifier) @function)))
(invocation_expression function: (generic_name (identifier) @function))
(invocation_expression function: (conditional_access_expression (member_binding_expression name: (identifier) @function)))
((member_access_expression expression: (identifier) @type)
  (#match? @type "^[A-Z]"))
(property_declaration name: (identifier) @property)
(event_declaration name: (identifier) @property)
(field_declaration (variable_declaration (variable_declarator name: (identifier) @property)))
((field_declaration (modifier) @_modifier (variable_declaration (variable_declarator name: (identifier) @constant)))
  (#eq? @_modifier "const"))
(enum_member_declaration name: (identifier) @constant)
(delegate_declaration name: (identifier) @type)
(record_declaration name: (identifier) @type)
(struct_declaration name: (identifier) @type)
(type_parameter name: (identifier) @type)
(type_parameter_constraints_clause (identifier) @type)
(nullable_type type: (identifier) @type)
(array_type type: (identifier) @type)
(object_creation_expression type: (identifier) @type)
(object_creation_expression type: (generic_name (identifier) @type))
(declaration_pattern type: (identifier) @type)
(method_declaration returns: (identifier) @type)
(using_directive (identifier) @module)
(qualified_name (identifier) @module)
(base_list (qualified_name name: (identifier) @type))
(attribute name: (identifier) @attribute)
(attribute_list ["[" "]"] @attribute)
(initializer_expression (assignment_expression left: (identifier) @property))
(implicit_type) @keyword
(labeled_statement (identifier) @label)
(interpolation) @none
(interpolation (interpolation_brace) @punctuation.special)
(string_literal_encoding) @keyword
[(preproc_if) (preproc_elif) (preproc_else) (preproc_region) (preproc_endregion) (preproc_pragma) (preproc_define) (preproc_undef)
 (preproc_nullable)] @none
["#if" "#elif" "#else" "#endif" "#region" "#endregion" "#pragma" "#define" "#undef" "#nullable" "#error" "#warning" "#line"]
  @keyword.directive
["this" "base" "global"] @keyword
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @property)))
