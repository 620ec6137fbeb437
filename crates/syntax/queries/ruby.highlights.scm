; Additions to the grammar's own query; a later pattern wins.

(identifier) @variable
(call method: (identifier) @function.method)
; A bare word that Ruby would call: the ones everybody knows.
((identifier) @function.method
  (#any-of? @function.method "require" "require_relative" "puts" "print" "p" "raise" "loop" "lambda" "proc" "gets" "binding" "sleep"))
((identifier) @keyword
  (#any-of? @keyword "private" "protected" "public" "module_function" "private_constant" "private_class_method"))
((call method: (identifier) @keyword)
  (#any-of? @keyword "private" "protected" "public" "attr_reader" "attr_writer" "attr_accessor" "include" "extend" "prepend"
    "require" "require_relative" "raise" "module_function"))
(method name: [(identifier) (constant) (operator)] @function.method)
(method name: (setter) @function.method)
(method name: (setter (identifier) @function.method))
(singleton_method name: [(identifier) (constant) (operator)] @function.method)
(constant) @type
((constant) @constant
  (#match? @constant "^[A-Z][A-Z\\d_]+$"))
[(self) (super)] @variable.builtin
(global_variable) @property
(hash_key_symbol) @property
(pair key: (hash_key_symbol) @property ":" @punctuation.delimiter)
(interpolation) @none
(interpolation ["#{" "}"] @punctuation.special)
(character) @string
(uninterpreted) @comment
[(heredoc_end) (heredoc_beginning)] @string
["defined?" "BEGIN" "END"] @keyword
["and" "or" "not"] @keyword
["?" ":" "&." ".." "..." "!" "~" "^" "=~" "!~" "<<" ">>" "<=>" "==="] @operator
(block_parameters "|" @punctuation.bracket)
["||=" "&&=" "+=" "-=" "*=" "/=" "%=" "**" "**="] @operator
