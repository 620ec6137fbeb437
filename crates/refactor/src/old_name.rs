//! A file that imports what is renamed under its old name, so that nothing else of it changes.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use lectern_objects::ObjectHash;
use lectern_syntax::{Language, SyntaxTree};

use crate::{Certainty, ConflictKind, Edit, Memo, Place, Project, Proposal, Refused, RefusedKind, applied, engine_for};

/// A file that takes longer is not looked at.
const BUDGET: Duration = Duration::from_secs(3);

/// Whether a file imports what these edits of it rename by name, so that it could keep the old one.
#[must_use]
pub fn can_keep_old_name<'a>(path: &str, text: &Arc<str>, edits: impl IntoIterator<Item = (Range<usize>, &'a str)>) -> bool {
    let Some(imports) = imports(path, text) else { return false };
    edits.into_iter().any(|(range, old)| is_imported(path, text, &imports, &range, old))
}

/// Changes a rename so that a file imports the new name as the old one. `at` is where the rename was asked, `names` are the old and the new one.
///
/// # Errors
/// When the file does not import it by its name, or others import it from there; the rename is as it was then.
pub fn keep_old_name(project: &dyn Project, proposal: &mut Proposal, path: &str, at: &Place, names: (&str, &str)) -> Result<(), Refused> {
    let (old, new) = names;
    let refused = |why: &str| Refused::new(RefusedKind::Unsupported, format!("{path} can't keep {old}: {why}"));
    let text = project.text(path).ok_or_else(|| refused("it is not there any more"))?;
    let imports = imports(path, &text).ok_or_else(|| refused("its language has no such imports"))?;
    if !proposal.moves.is_empty() {
        return Err(refused("files are renamed along with it"));
    }
    let mut any = false;
    let before = proposal.clone();
    proposal.edits.retain_mut(|edit| {
        if edit.path != path || edit.certainty == Certainty::Text {
            return true;
        }
        let range = edit.start as usize..edit.end as usize;
        if is_imported(path, &text, &imports, &range, old) && edit.old == old {
            edit.new = format!("{new} as {old}");
            edit.reason = format!("{}; the file goes on with the old name", edit.reason);
            edit.group = None;
            any = true;
            return true;
        }
        // What names it by its module is no use of the import.
        imports.iter().any(|import| import.contains(&range.start)) || text[..range.start].trim_end().ends_with(['.', ':'])
    });
    let is_solved = |kind: ConflictKind| matches!(kind, ConflictKind::NameClash | ConflictKind::Shadowing);
    proposal.conflicts.retain(|conflict| conflict.path != path || !is_solved(conflict.kind));
    let why = match any {
        false => "it does not import it by its name",
        true if !still_bound(project, &before, proposal, path, at, names) => "other files import it from there",
        true => return Ok(()),
    };
    *proposal = before;
    Err(refused(why))
}

/// Whether every other place still means what is renamed.
fn still_bound(project: &dyn Project, before: &Proposal, after: &Proposal, path: &str, at: &Place, names: (&str, &str)) -> bool {
    let paths: HashSet<&str> = after.edits.iter().map(|edit| edit.path.as_str()).chain([at.path.as_str()]).collect();
    let files: BTreeMap<String, String> =
        paths.iter().filter_map(|path| Some(((*path).to_owned(), project.text(path)?.to_string()))).collect();
    let Ok(texts) = applied(&files, &after.edits, &[]) else { return false };
    let moved = |path: &str, at: u32| {
        let grown = after.edits.iter().filter(|edit| edit.path == path && edit.start < at);
        let by: i64 = grown.map(|edit| i64::try_from(edit.new.len()).unwrap_or(0) - i64::from(edit.end - edit.start)).sum();
        u32::try_from(i64::from(at) + by).unwrap_or(u32::MAX)
    };
    let overlay = Overlay { inner: project, texts: texts.into_iter().map(|(path, text)| (path, text.into())).collect() };
    // Where it was asked may be a use that the file keeps: a place that is renamed means the same.
    let is_other = |edit: &&Edit| edit.path != path && edit.certainty == Certainty::Certain && edit.old == names.0 && edit.new == names.1;
    let Some((first, engine)) = before.edits.iter().find(is_other).zip(engine_for(&at.path)) else { return false };
    let asked = Place { path: first.path.clone(), offset: moved(&first.path, first.start) };
    let Ok(found) = engine.references(&overlay, &asked) else { return false };
    let places: HashSet<(&str, u32)> = found.occurrences.iter().map(|one| (one.path.as_str(), one.start)).collect();
    before.edits.iter().filter(is_other).all(|edit| places.contains(&(edit.path.as_str(), moved(&edit.path, edit.start))))
}

/// The statements of a file that import names; `None` where its language has none that give another name.
fn imports(path: &str, text: &Arc<str>) -> Option<Vec<Range<usize>>> {
    let language = Language::for_path(path, text.lines().next())?;
    let begins: &[&str] = match language.name() {
        "Rust" => &["use "],
        "TypeScript" | "TSX" | "JavaScript" => &["import ", "import{"],
        "Python" => &["from "],
        _ => return None,
    };
    let code = SyntaxTree::parse(language, Arc::clone(text), BUDGET).and_then(|tree| tree.code(false, BUDGET)).ok()?;
    // What is exported on goes on under the name that it is exported by.
    let is_plain = |range: &Range<usize>| text.get(range.clone()).is_some_and(|text| begins.iter().any(|begin| text.starts_with(begin)));
    Some(code.imports.into_iter().map(|import| import.range).filter(is_plain).collect())
}

/// Whether these bytes are a name that an import brings in as it is called.
fn is_imported(path: &str, text: &str, imports: &[Range<usize>], range: &Range<usize>, old: &str) -> bool {
    let Some(import) = imports.iter().find(|import| import.start < range.start && range.end <= import.end) else { return false };
    if text.get(range.clone()) != Some(old) {
        return false;
    }
    let (before, after) = (text[import.start..range.start].trim_end(), text[range.end..import.end].trim_start());
    let is_rust = path.ends_with(".rs");
    // `import { a as old }` and `import * as old` name something of the file's own.
    let is_named = before.ends_with(['{', ',', '('])
        || (if is_rust { before.ends_with("::") } else { before.ends_with(" import") || before.ends_with("type") });
    let is_whole = !after.starts_with("::") && !after.starts_with("as ") && !after.starts_with('.');
    is_named && is_whole
}

/// A project with other texts in some files.
struct Overlay<'a> {
    inner: &'a dyn Project,
    texts: BTreeMap<String, Arc<str>>,
}

impl Project for Overlay<'_> {
    fn paths(&self) -> &[String] {
        self.inner.paths()
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.texts.get(path).cloned().or_else(|| self.inner.text(path))
    }

    fn object(&self, path: &str) -> Option<ObjectHash> {
        match self.texts.get(path) {
            Some(text) => Some(ObjectHash::of(text.as_bytes())),
            None => self.inner.object(path),
        }
    }

    fn containing(&self, word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut found = self.inner.containing(word, &|path| !self.texts.contains_key(path) && wanted(path));
        found.extend(self.texts.iter().filter(|(path, text)| wanted(path) && text.contains(word)).map(|(path, _)| path.clone()));
        found.sort();
        found
    }

    fn memo(&self) -> &Memo {
        self.inner.memo()
    }

    fn cancelled(&self) -> bool {
        self.inner.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InMemory, Rename, RenameOptions, names::offset};

    /// Renames `old` at the first file's first mention of it, keeping the old name in `path`.
    fn kept(files: &[(&str, &str)], path: &str, old: &str, new: &str) -> Result<(BTreeMap<String, String>, Vec<String>), Refused> {
        let project = InMemory::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let (first, text) = files[0];
        let at = Place { path: first.to_owned(), offset: offset(text.find(old).expect("it is there")) };
        let engine = engine_for(first).expect("an engine");
        let mut proposal = engine.rename(&project, &Rename { at: at.clone(), new_name: new, options: RenameOptions::default() })?;
        assert!(proposal.breaking().is_some_and(|conflict| conflict.path == path), "it clashes before: {:?}", proposal.conflicts);
        let of_file: Vec<(Range<usize>, &str)> = proposal
            .edits
            .iter()
            .filter(|edit| edit.path == path)
            .map(|edit| (edit.start as usize..edit.end as usize, edit.old.as_str()))
            .collect();
        assert!(can_keep_old_name(path, &project.text(path).expect("a text"), of_file), "it is offered");
        keep_old_name(&project, &mut proposal, path, &at, (old, new))?;
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let conflicts = proposal.conflicts.iter().filter(|conflict| conflict.breaks).map(|conflict| conflict.message.clone()).collect();
        let certain: Vec<&Edit> = proposal.edits.iter().filter(|edit| edit.certainty == Certainty::Certain).collect();
        Ok((applied(&files, certain, &[]).expect("applied"), conflicts))
    }

    #[test]
    fn a_file_of_typescript_goes_on_with_the_old_name() {
        let a = "export function cat() {}\n";
        let b =
            "import { cat, type X } from './a';\nimport * as all from './a';\nfunction dog() {}\ncat(); all.cat(); const o = { cat };\n";
        let (after, conflicts) =
            kept(&[("a.ts", a), ("b.ts", b), ("c.ts", "import { cat } from './a';\ncat();\n")], "b.ts", "cat", "dog").expect("kept");
        assert_eq!(conflicts, [""; 0]);
        assert_eq!(
            after["b.ts"],
            "import { dog as cat, type X } from './a';\nimport * as all from './a';\nfunction dog() {}\ncat(); all.dog(); const o = { cat };\n"
        );
        assert_eq!(after["c.ts"], "import { dog } from './a';\ndog();\n");
    }

    #[test]
    fn a_module_of_rust_goes_on_with_the_old_name() {
        let lib = "pub mod a;\nmod b;\n";
        let b = "use crate::a::{cat, other};\nfn dog() {}\nfn f() { cat(); crate::a::cat(); other(); dog() }\n";
        let files = [
            ("src/a.rs", "pub fn cat() {}\npub fn other() {}\n"),
            ("src/lib.rs", lib),
            ("src/b.rs", b),
            ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.0.0\"\n"),
        ];
        let (after, conflicts) = kept(&files, "src/b.rs", "cat", "dog").expect("kept");
        assert_eq!(conflicts, [""; 0]);
        assert_eq!(
            after["src/b.rs"],
            "use crate::a::{dog as cat, other};\nfn dog() {}\nfn f() { cat(); crate::a::dog(); other(); dog() }\n"
        );
    }

    #[test]
    fn a_module_of_python_goes_on_with_the_old_name() {
        let b = "import a\nfrom a import cat\n\ndef dog():\n    return cat() + a.cat()\n";
        let (after, conflicts) = kept(&[("a.py", "def cat():\n    return 1\n"), ("b.py", b)], "b.py", "cat", "dog").expect("kept");
        assert_eq!(conflicts, [""; 0]);
        assert_eq!(after["b.py"], "import a\nfrom a import dog as cat\n\ndef dog():\n    return cat() + a.dog()\n");
    }

    #[test]
    fn what_others_import_from_the_file_can_not_keep_its_name() {
        let b = "from a import cat\n\ndef dog():\n    return cat()\n";
        let files = [("a.py", "def cat():\n    return 1\n"), ("b.py", b), ("c.py", "from b import cat\ncat()\n")];
        let refused = kept(&files, "b.py", "cat", "dog").expect_err("refused");
        assert_eq!(refused.message, "b.py can't keep cat: other files import it from there");
    }
}
