(section (section_name (text) @name)) @definition.heading.1
(setting (setting_name) @name) @definition.key
