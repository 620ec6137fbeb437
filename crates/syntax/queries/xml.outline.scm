(document root: (element [(STag (Name) @name) (EmptyElemTag (Name) @name)]) @definition.key)
(document root: (element (content (element [(STag (Name) @name) (EmptyElemTag (Name) @name)]) @definition.key)))
