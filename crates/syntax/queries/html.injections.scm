((script_element
  (start_tag (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_type)))
  (raw_text) @injection.content)
  (#eq? @_name "type")
  (#match? @_type "json|importmap")
  (#set! injection.language "json"))

((script_element
  (start_tag (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_type)))
  (raw_text) @injection.content)
  (#eq? @_name "lang")
  (#any-of? @_type "ts" "typescript")
  (#set! injection.language "typescript"))

((script_element (raw_text) @injection.content)
  (#set! injection.language "javascript"))

((style_element (raw_text) @injection.content)
  (#set! injection.language "css"))
