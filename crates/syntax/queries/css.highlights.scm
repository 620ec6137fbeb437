; Additions to the grammar's own query; a later pattern wins.

(property_name) @property
((property_name) @constant (#match? @constant "^--"))
((plain_value) @constant (#match? @constant "^--"))
(class_selector (class_name) @type)
(id_selector (id_name) @type)
(pseudo_class_selector (class_name) @attribute)
(pseudo_element_selector (tag_name) @attribute)
(attribute_selector (attribute_name) @property)
(keyframes_name) @type
(keyword_query) @constant
(plain_value) @constant
((plain_value) @constant (#match? @constant "^--"))
(color_value) @number
(color_value "#" @number)
(unit) @number
(important) @keyword
["@media" "@import" "@charset" "@namespace" "@supports" "@keyframes" "@scope" (at_keyword)] @keyword
["and" "or" "not" "only"] @keyword
["," ";" ":" "::" "." "#"] @punctuation.delimiter
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
(class_selector "." @type)
(id_selector "#" @type)
