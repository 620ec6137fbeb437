; Additions for C and C++; a later pattern wins.

((identifier) @constant
  (#match? @constant "^_*[A-Z][A-Z\\d_]*$"))
(enumerator name: (identifier) @constant)
(char_literal) @string
(escape_sequence) @string.escape
(preproc_def name: (identifier) @function.macro)
(preproc_function_def name: (identifier) @function.macro)
["#define" "#elif" "#else" "#endif" "#if" "#ifdef" "#ifndef" "#include" (preproc_directive) "defined"] @keyword.directive
(preproc_include path: (identifier) @constant)
(preproc_include path: (string_literal) @string)
(call_expression function: (identifier) @function)
(call_expression function: (field_expression field: (field_identifier) @function))
(function_declarator declarator: (identifier) @function)
(function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (_) @function)))
((call_expression function: (identifier) @function.macro)
  (#match? @function.macro "^[A-Z][A-Z\\d_]+$"))
(field_designator (field_identifier) @property)
[(true) (false)] @constant.builtin
(attribute_specifier "__attribute__" @attribute)
(attribute name: (identifier) @attribute)
["goto" "register" "restrict" "__restrict__" "_Atomic" "_Noreturn" "noreturn" "alignof" "_Alignof" "alignas" "_Alignas" "offsetof"
 "thread_local" "asm" "__asm__" "__inline" "__inline__" "constexpr"] @keyword
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ";" ":" "..."] @punctuation.delimiter
["!" "~" "%" "^" "|" "/" "?" "<<" ">>" "<=" ">=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>="] @operator
