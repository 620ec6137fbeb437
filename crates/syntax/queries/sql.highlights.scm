; Additions to the grammar's own query; a later pattern wins.

((literal) @number
  (#match? @number "^[-+]?[0-9]+([.][0-9]*)?$"))
(marginalia) @comment
(parameter) @constant
(field name: (identifier) @property)
(column_definition name: (identifier) @property)
(object_reference name: (identifier) @type)
(invocation (object_reference name: (identifier) @function))
(create_function (object_reference name: (identifier) @function))
