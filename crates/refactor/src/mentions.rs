//! A name in prose: files that are no code but tell of it.

use crate::{Edit, Project, names::text_edits};

/// What files of prose end with.
const PROSE: [&str; 6] = ["md", "markdown", "mdx", "rst", "adoc", "txt"];
/// Shorter names are words of prose too often to be told.
pub(crate) const SHORTEST: usize = 4;

/// Places in Markdown and other prose where a name stands by itself, as [`Certainty::Text`](crate::Certainty::Text): at most `most`. Short names
/// have none.
pub fn mentions(project: &dyn Project, name: &str, new_name: &str, most: usize) -> Vec<Edit> {
    if name.chars().count() < SHORTEST {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for path in project.containing(name, &is_prose) {
        if edits.len() >= most || project.cancelled() {
            break;
        }
        let Some(text) = project.text(&path) else { continue };
        edits.extend(text_edits(&path, &text, 0..text.len(), name, new_name, "told of in prose"));
    }
    edits.truncate(most);
    edits
}

/// Whether a file is prose, by how it is called.
pub(crate) fn is_prose(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| PROSE.contains(&ending.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InMemory;

    #[test]
    fn prose_is_told_apart_from_code_and_short_names_from_words() {
        let files = [("README.md", "Call `parse` or parser, in it."), ("a.rs", "parse()"), ("b.txt", "parse\n")];
        let project = InMemory::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let found: Vec<_> = mentions(&project, "parse", "read", 10).into_iter().map(|edit| (edit.path, edit.start)).collect();
        assert_eq!(found, [("README.md".to_owned(), 6), ("b.txt".to_owned(), 0)]);
        assert_eq!(mentions(&project, "parse", "read", 1).len(), 1);
        assert_eq!(mentions(&project, "in", "out", 10), []);
    }
}
