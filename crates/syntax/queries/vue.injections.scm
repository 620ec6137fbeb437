; Expressions of a template: those of attributes that begin with a colon and the like, and texts that are nothing else.

((attribute
  (attribute_name) @_name
  (quoted_attribute_value (attribute_value) @injection.content))
  (#match? @_name "^([:@#]|v-)")
  (#set! injection.language "typescript"))

((text) @injection.content
  (#match? @injection.content "^[{][{][^{}]*[}][}]$")
  (#set! injection.language "typescript"))
