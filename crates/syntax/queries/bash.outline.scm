(function_definition name: (_) @name) @definition.function
(program (declaration_command "readonly" (variable_assignment name: (_) @name) @definition.constant))
((program (variable_assignment name: (variable_name) @name) @definition.constant)
  (#match? @name "^[A-Z][A-Z0-9_]*$"))
