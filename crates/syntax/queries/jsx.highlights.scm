; A later pattern wins.

((jsx_opening_element name: (identifier) @type) (#match? @type "^[A-Z]"))
((jsx_closing_element name: (identifier) @type) (#match? @type "^[A-Z]"))
((jsx_self_closing_element name: (identifier) @type) (#match? @type "^[A-Z]"))
(jsx_opening_element name: (member_expression property: (property_identifier) @type))
(jsx_closing_element name: (member_expression property: (property_identifier) @type))
(jsx_self_closing_element name: (member_expression property: (property_identifier) @type))
(jsx_expression ["{" "}"] @punctuation.special)
(html_character_reference) @constant
