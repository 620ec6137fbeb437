//! Patches as git writes and takes them: a proposal out of one, and one out of changed files.

use std::fmt::Write as _;

use diffy::{
    DiffOptions, Line, Patch,
    patch_set::{FileOperation, ParseOptions, PatchSet},
};

use crate::{
    Certainty, Conflict, ConflictKind, Edit, FileMove, NewFile, Project, Proposal, Refused, RefusedKind, RemovedFile, names::offset,
};

/// A file before and after, for [`patch`].
#[derive(Debug, Clone, Copy)]
pub struct Patched<'a> {
    /// Where it was, and its bytes; `None` for a new one. A name that is not UTF-8 is a NUL and its bytes in hexadecimal digits.
    pub old: Option<(&'a str, &'a [u8])>,
    /// Where it is, and its bytes; `None` for one that is gone.
    pub new: Option<(&'a str, &'a [u8])>,
    /// Whether it may be run.
    pub executable: bool,
}

/// A patch that `git apply` takes, in git's extended format (<https://git-scm.com/docs/diff-format>). Files that stayed as they were are left out.
#[must_use]
pub fn patch<'a>(files: impl IntoIterator<Item = Patched<'a>>) -> Vec<u8> {
    let mut out = Vec::new();
    for file in files {
        if file.old != file.new {
            write_file(&file, &mut out);
        }
    }
    out
}

fn write_file(file: &Patched<'_>, out: &mut Vec<u8>) {
    let (Some((old_path, _)), Some((new_path, _))) = (file.old.or(file.new), file.new.or(file.old)) else { return };
    let (from, to) = (quoted("a/", old_path), quoted("b/", new_path));
    let mode = if file.executable { "100755" } else { "100644" };
    let mut head = format!("diff --git {from} {to}\n");
    // Writing to a string does not fail.
    let _ = match (file.old, file.new) {
        (None, _) => writeln!(head, "new file mode {mode}"),
        (_, None) => writeln!(head, "deleted file mode {mode}"),
        _ if old_path != new_path => writeln!(head, "rename from {}\nrename to {}", quoted("", old_path), quoted("", new_path)),
        _ => Ok(()),
    };
    out.extend_from_slice(head.as_bytes());
    let (old, new) = (file.old.map_or(&b""[..], |(_, bytes)| bytes), file.new.map_or(&b""[..], |(_, bytes)| bytes));
    if old == new {
        return;
    }
    let none = || "/dev/null".to_owned();
    let (from, to) = (file.old.map_or_else(none, |_| from), file.new.map_or_else(none, |_| to));
    out.extend_from_slice(format!("--- {from}\n+++ {to}\n").as_bytes());
    let patch = DiffOptions::new().create_patch_bytes(old, new).to_bytes();
    // Its own two lines of names come first.
    let hunks = memchr::memmem::find(&patch, b"@@ ").map_or(&b""[..], |at| &patch[at..]);
    out.extend_from_slice(hunks);
}

/// A path as git writes it: quoted as in C when it has letters that would end it.
fn quoted(prefix: &str, path: &str) -> String {
    if let Some(bytes) = path.strip_prefix('\0').and_then(bytes_of) {
        let letter = |byte: u8| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            byte => format!("\\{byte:03o}"),
        };
        return format!("\"{prefix}{}\"", bytes.into_iter().map(letter).collect::<String>());
    }
    if !path.chars().any(|letter| letter.is_control() || matches!(letter, '"' | '\\')) {
        return format!("{prefix}{path}");
    }
    let mut out = format!("\"{prefix}");
    for letter in path.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_ascii_control() => {
                let _ = write!(out, "\\{:03o}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// The bytes of a name that is not UTF-8: they are kept as hexadecimal digits behind a NUL.
fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let pairs = (0..hex.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}

/// What a patch (unified, or git's) would change here. Lines may have moved since it was made: a hunk is taken where all its lines stand, nearest to
/// where it says, and only if there is one nearest place.
///
/// # Errors
/// When it is no patch, is of a binary file, or names a file that is not here. A hunk that fits nowhere is a conflict of the proposal.
pub fn from_patch(project: &dyn Project, text: &str) -> Result<Proposal, Refused> {
    let bad = |message: String| Refused::new(RefusedKind::BadName, message);
    let is_git = text.lines().any(|line| line.starts_with("diff --git "));
    let options = if is_git { ParseOptions::gitdiff() } else { ParseOptions::unidiff() };
    let mut proposal = Proposal::default();
    let mut any = false;
    for file in PatchSet::parse(text, options) {
        let file = file.map_err(|error| bad(format!("this is no patch that can be read: {error}")))?;
        any = true;
        let operation = file.operation();
        let prefixed = |path: &str, mark: &str| path.starts_with(mark);
        // As `git apply -p1`; a patch without git's prefixes is taken as it stands.
        let strip = match operation {
            FileOperation::Modify { original, modified } => prefixed(original, "a/") && prefixed(modified, "b/"),
            FileOperation::Create(path) => prefixed(path, "b/"),
            FileOperation::Delete(path) => prefixed(path, "a/"),
            FileOperation::Rename { .. } | FileOperation::Copy { .. } => false,
        };
        let operation = operation.strip_prefix(usize::from(strip));
        let hunks = file.patch().as_text();
        let whole = |wanted: fn(&Line<'_, str>) -> bool| hunks.map(|hunks| lines_of(hunks, wanted)).unwrap_or_default();
        match &operation {
            FileOperation::Create(path) => {
                let text = hunks.ok_or_else(|| bad(format!("{path} is no text")))?;
                let text = lines_of(text, |line| matches!(line, Line::Insert(_)));
                proposal.created.push(NewFile {
                    path: path.to_string(),
                    text,
                    certainty: Certainty::Certain,
                    reason: "new in the patch".into(),
                    group: None,
                });
                if project.has(path) {
                    proposal.conflicts.push(taken(path));
                }
            }
            FileOperation::Delete(path) => {
                let here = known(project, path)?;
                if *here != *whole(|line| matches!(line, Line::Delete(_))) {
                    proposal.conflicts.push(misfit(path, 1, "it is not what the patch removes"));
                }
                proposal.removed.push(RemovedFile {
                    path: path.to_string(),
                    certainty: Certainty::Certain,
                    reason: "removed by the patch".into(),
                    group: None,
                });
            }
            FileOperation::Copy { to, .. } => return Err(bad(format!("the patch makes {to} a copy, which is not supported"))),
            FileOperation::Modify { original, modified } | FileOperation::Rename { from: original, to: modified } => {
                let text = known(project, original)?;
                if original != modified {
                    if project.has(modified) {
                        proposal.conflicts.push(taken(modified));
                    }
                    proposal.moves.push(FileMove {
                        from: original.to_string(),
                        to: modified.to_string(),
                        certainty: Certainty::Certain,
                        reason: "renamed by the patch".into(),
                        group: None,
                    });
                }
                match file.patch().as_text() {
                    Some(hunks) => place(original, &text, hunks, &mut proposal),
                    None => return Err(bad(format!("{original} is no text"))),
                }
            }
        }
    }
    if !any {
        return Err(bad("there is no patch in this text".to_owned()));
    }
    Ok(proposal.sorted())
}

fn known(project: &dyn Project, path: &str) -> Result<std::sync::Arc<str>, Refused> {
    project
        .text(path)
        .ok_or_else(|| Refused::new(RefusedKind::Unsupported, format!("the patch changes {path}, which is not here or no text")))
}

fn taken(path: &str) -> Conflict {
    Conflict {
        path: path.to_owned(),
        line: 1,
        kind: ConflictKind::FileNameTaken,
        breaks: true,
        message: format!("there is a file at {path} already"),
    }
}

fn misfit(path: &str, line: u32, why: &str) -> Conflict {
    Conflict {
        path: path.to_owned(),
        line,
        kind: ConflictKind::Unreadable,
        breaks: true,
        message: format!("the patch does not fit {path}: {why}"),
    }
}

fn lines_of(patch: &Patch<'_, str>, wanted: fn(&Line<'_, str>) -> bool) -> String {
    let lines = patch.hunks().iter().flat_map(|hunk| hunk.lines().iter().filter(|line| wanted(line)));
    lines.map(content).collect()
}

fn content<'a>(line: &Line<'a, str>) -> &'a str {
    match line {
        Line::Context(text) | Line::Delete(text) | Line::Insert(text) => text,
    }
}

/// The edits of all hunks of a file.
fn place(path: &str, text: &str, patch: &Patch<'_, str>, proposal: &mut Proposal) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut starts = vec![0];
    for line in &lines {
        starts.push(starts.last().copied().unwrap_or(0) + line.len());
    }
    // Hunks are in order; what one before moved by, the next most likely moved by too.
    let (mut shift, mut least) = (0_isize, 0);
    for hunk in patch.hunks() {
        let old: Vec<&str> = hunk.lines().iter().filter(|line| !matches!(line, Line::Insert(_))).map(content).collect();
        // An empty range names the line before it.
        let said = if old.is_empty() { hunk.old_range().start() } else { hunk.old_range().start().saturating_sub(1) };
        let Some(at) = nearest(&lines, &old, said.saturating_add_signed(shift), least) else {
            let line = u32::try_from(said + 1).unwrap_or(u32::MAX);
            proposal.conflicts.push(misfit(path, line, &format!("the lines around line {line} are others")));
            continue;
        };
        shift = at.cast_signed() - said.cast_signed();
        least = at + old.len();
        let returns = lines[at..at + old.len()].iter().zip(&old).any(|(here, there)| here != there);
        proposal.edits.extend(edits_of(path, text, at, hunk.lines(), &starts, returns));
    }
}

/// Where the lines stand, nearest to a line (0-based) and not before `least`.
fn nearest(lines: &[&str], wanted: &[&str], near: usize, least: usize) -> Option<usize> {
    let last = lines.len().checked_sub(wanted.len())?;
    let fits = |at: &usize| lines[*at..*at + wanted.len()].iter().zip(wanted).all(|(here, there)| same_line(here, there));
    let near = near.clamp(least.min(last), last);
    let distances = 0..=last.saturating_sub(near).max(near.saturating_sub(least));
    distances.flat_map(|by| [near.checked_sub(by), near.checked_add(by)]).flatten().filter(|at| (least..=last).contains(at)).find(fits)
}

/// A patch that went through an editor or a mail may have lost the returns of a file's line ends.
fn same_line(here: &str, there: &str) -> bool {
    here == there || (here.ends_with("\r\n") && here.strip_suffix("\r\n") == there.strip_suffix('\n'))
}

/// The changes of a hunk that stands at a line; `returns`: its lines lost theirs.
fn edits_of(path: &str, text: &str, first: usize, lines: &[Line<'_, str>], starts: &[usize], returns: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut at, mut from) = (first, first);
    let mut new = String::new();
    let mut end = |from: usize, at: usize, new: &mut String| {
        if from == at && new.is_empty() {
            return;
        }
        let new = std::mem::take(new);
        edits.push(Edit {
            path: path.to_owned(),
            start: offset(starts[from]),
            end: offset(starts[at]),
            old: text[starts[from]..starts[at]].to_owned(),
            new: if returns { new.replace('\n', "\r\n") } else { new },
            certainty: Certainty::Certain,
            reason: "changed by the patch".to_owned(),
            group: None,
        });
    };
    for line in lines {
        match line {
            Line::Context(_) => {
                end(from, at, &mut new);
                at += 1;
                from = at;
            }
            Line::Delete(_) => at += 1,
            Line::Insert(text) => new.push_str(text),
        }
    }
    end(from, at, &mut new);
    edits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{InMemory, applied};

    fn project(files: &[(&str, &str)]) -> InMemory {
        InMemory::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
    }

    fn after(files: &[(&str, &str)], text: &str) -> Vec<(String, String)> {
        let proposal = from_patch(&project(files), text).expect("a patch");
        assert_eq!(proposal.conflicts, []);
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        applied(&files, &proposal.edits, &proposal.moves).expect("applied").into_iter().collect()
    }

    fn written(old: (&str, &str), new: (&str, &str)) -> String {
        let file = Patched { old: Some((old.0, old.1.as_bytes())), new: Some((new.0, new.1.as_bytes())), executable: false };
        String::from_utf8(patch([file])).expect("text")
    }

    #[test]
    fn a_patch_is_written_as_git_writes_it() {
        let text = written(("src/a.rs", "one\ntwo\nthree"), ("src/b.rs", "one\n2\nthree"));
        let expected = "diff --git a/src/a.rs b/src/b.rs\nrename from src/a.rs\nrename to src/b.rs\n--- a/src/a.rs\n+++ b/src/b.rs\n\
            @@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n\\ No newline at end of file\n";
        assert_eq!(text, expected);
        assert_eq!(written(("a", "x"), ("a", "x")), "");
        assert!(written(("a", "x"), ("b\"\u{7}", "x")).contains("rename to \"b\\\"\\007\""));
        assert!(written(("a", "x"), ("\u{0}622fe9", "x")).contains("rename to \"b/\\351\""), "a name that is not UTF-8");
    }

    #[test]
    fn hunks_are_found_where_their_lines_went() {
        let text = written(("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"), ("a", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"));
        let moved = [("a", "0\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n")];
        assert_eq!(after(&moved, &text)[0].1, "0\n0\n1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
        let returns = [("a", "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n9\r\n")];
        assert!(after(&returns, &text)[0].1.contains("4\r\nfive\r\n6"), "line ends are the file's");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let text = written(("a", "1\n2\n3\n"), ("a", "1\ntwo\n3\n"));
        let proposal = from_patch(&project(&[("a", "1\n2!\n3\n")]), &text).expect("a patch");
        assert!(proposal.edits.is_empty() && proposal.breaking().is_some());
        assert!(from_patch(&project(&[]), &text).expect_err("refused").message.contains("not here"));
        assert!(from_patch(&project(&[]), "Dear all,\n").is_err());
        let new = "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n";
        assert_eq!(from_patch(&project(&[("a", "")]), new).expect("a patch").conflicts[0].kind, ConflictKind::FileNameTaken);
        assert_eq!(from_patch(&project(&[]), new).expect("a patch").created[0].text, "x\n");
    }

    fn lines() -> impl Strategy<Value = String> {
        let lines = prop::collection::vec(prop::sample::select(vec!["a\n", "b\n", "\n", "-c\n", "d\r\n"]), 0..30);
        (lines, prop::bool::ANY).prop_map(|(lines, ended)| lines.concat().trim_end_matches(|letter| !ended && letter == '\n').to_owned())
    }

    proptest! {
        #[test]
        fn a_patch_makes_the_new_text_of_the_old(old in lines(), new in lines()) {
            prop_assume!(old != new && !old.is_empty() && !new.is_empty());
            let text = written(("a", &old), ("a", &new));
            prop_assert_eq!(&after(&[("a", &old)], &text)[0].1, &new, "{}", text);
        }
    }
}
