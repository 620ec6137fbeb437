; The grammar's own query knows no colours for what was added and removed; a later pattern wins.

[(addition) (new_file)] @string
[(deletion) (old_file)] @keyword
(location) @attribute
[(command) (file_change) (index) (similarity)] @comment
(filename) @property
(comment) @comment
