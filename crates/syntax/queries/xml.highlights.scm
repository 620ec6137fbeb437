; Additions to the grammar's own query; a later pattern wins.

(Attribute (Name) @attribute)
["=" "," "|" "<" ">" "</" "/>" "<?" "?>" "<!"] @punctuation
(CDSect (CDStart) @keyword "]]>" @keyword)
(CharData) @none
(Attribute (AttValue) @string)
