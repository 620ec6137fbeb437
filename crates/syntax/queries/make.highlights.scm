; Additions to the grammar's own query; a later pattern wins.

["ifeq" "ifneq" "ifdef" "ifndef" "else" "endif" "define" "endef" "vpath" "undefine" "export" "unexport" "override" "private" "include" "sinclude" "-include"] @keyword
(variable_assignment name: (word) @property)
(shell_assignment name: (word) @property)
(define_directive name: (word) @property)
(variable_reference (word) @constant)
(automatic_variable) @constant
(targets (word) @function)
(prerequisites (word) @none)
[(text) (raw_text) (shell_text)] @none
