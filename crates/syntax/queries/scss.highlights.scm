; Additions to the grammar's own query; a later pattern wins.

(tag_name) @tag
(nesting_selector) @tag
(universal_selector) @tag
(class_name) @type
(class_selector "." @type)
(id_name) @type
(placeholder (identifier) @type)
(placeholder "%" @type)
(property_name) @property
(feature_name) @property
(attribute_name) @property
(namespace_name) @module
(keyframes_name) @type
(variable) @property
(pseudo_class_selector (class_name) @attribute)
(pseudo_element_selector (tag_name) @attribute)
(plain_value) @constant
(keyword_query) @constant
[(from) (to)] @keyword
[(string_value)] @string
(color_value) @number
[(integer_value) (float_value) (unit)] @number
(important) @keyword
(at_keyword) @keyword
["@media" "@import" "@charset" "@namespace" "@supports" "@keyframes" "@use" "@forward" "@mixin" "@include" "@function" "@return" "@extend" "@if" "@else"
  "@each" "@for" "@while" "@at-root" "@debug" "@warn" "@error"] @keyword
["and" "or" "not" "only" "in" "from" "through"] @keyword
(function_name) @function
(mixin_statement name: (identifier) @function)
(function_statement name: (identifier) @function)
(include_statement (identifier) @function)
(interpolation) @embedded
["," ";" ":" "::" "." "#" "+" "-" "*" "/" "%" "=" "==" "!=" "<" ">" "<=" ">=" "~" "{" "}" "(" ")" "[" "]" "#{"] @punctuation
[(comment) (js_comment)] @comment
