(function_def (function_command (argument_list . (argument) @name))) @definition.function
(macro_def (macro_command (argument_list . (argument) @name))) @definition.macro
(normal_command (identifier) @keyword (argument_list . (argument) @name)
  (#match? @keyword "^(?i:project|add_executable|add_library|add_custom_target)$")) @definition.module
(normal_command (identifier) @keyword (argument_list . (argument) @name) (#match? @keyword "^(?i:set|option)$")) @definition.key
