; Additions for JavaScript and TypeScript; a later pattern wins.

(identifier) @variable
((identifier) @type
  (#match? @type "^[A-Z]"))
([(identifier) (shorthand_property_identifier) (shorthand_property_identifier_pattern)] @constant
  (#match? @constant "^[A-Z][A-Z\\d_]+$"))
(shorthand_property_identifier) @property
(private_property_identifier) @property

(function_expression name: (identifier) @function)
(function_declaration name: (identifier) @function)
(generator_function name: (identifier) @function)
(generator_function_declaration name: (identifier) @function)
(method_definition name: (_) @function.method)
(method_definition name: (property_identifier) @keyword (#eq? @keyword "constructor"))
(variable_declarator name: (identifier) @function value: [(function_expression) (arrow_function)])
(assignment_expression left: (identifier) @function right: [(function_expression) (arrow_function)])
(call_expression function: (identifier) @function)
(call_expression function: (member_expression property: (private_property_identifier) @function.method))
((call_expression function: (identifier) @constructor) (#match? @constructor "^[A-Z]"))
(new_expression constructor: (identifier) @constructor)

(computed_property_name) @none
(template_substitution) @none
(statement_identifier) @label
(decorator "@" @attribute)
(decorator (identifier) @attribute)
(decorator (call_expression function: (identifier) @attribute))
(decorator (call_expression function: (member_expression property: (property_identifier) @attribute)))
(escape_sequence) @string.escape
(regex_flags) @string
(super) @keyword
["=>" "..." "?"] @operator
(ternary_expression ["?" ":"] @operator)
":" @punctuation.delimiter
(hash_bang_line) @comment
(undefined) @constant.builtin
