//! One file of a comparison, looked at: what kind of difference it is.

use std::sync::Arc;

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::{Document, LoadedFile, Shape};
use lectern_sync::{Content, Difference, DifferenceKind, RepoPath};

use super::{
    Comparison, OpenSide,
    contents::{LARGEST_IMAGE, LARGEST_TEXT, is_image, too_large},
    notes,
    rows::{Half, TextDiff},
    sides,
};
use crate::{
    Workspace,
    view::{Failure, FileDiff},
};

/// A file's difference, and its text when it is one.
pub(super) struct Looked {
    pub view: FileDiff,
    pub text: Option<Arc<TextDiff>>,
    /// The hashes of the bytes that were read.
    read: [Option<ObjectHash>; 2],
}

type FileSide<'a> = (&'a OpenSide, Option<&'a Content>, &'a RepoPath);

impl Workspace {
    /// `None` when the bytes are those that `before` was made of.
    pub(super) fn look(&self, project: &Project, comparison: &Comparison, file: &Difference, before: Option<&Looked>) -> Option<Looked> {
        let plain = |view| Some(Looked { view, text: None, read: [None; 2] });
        let both = sides(comparison, file);
        let [old, new] = [file.old.as_ref(), file.new.as_ref()];
        let is = |kind: fn(&Content) -> bool| [old, new].map(|content| content.is_none_or(kind));
        if file.kind == DifferenceKind::Mode {
            return plain(FileDiff::Mode);
        }
        if [old, new].into_iter().flatten().any(|content| matches!(content, Content::Submodule { .. })) {
            return plain(FileDiff::Submodule { old: old.and_then(commit), new: new.and_then(commit) });
        }
        if is(|content| matches!(content, Content::Symlink { .. })) == [true; 2] {
            return plain(self.look_at_links(project, both));
        }
        if [old, new].into_iter().flatten().all(|content| content.size() > 0) && is_image(both[0].2) && is_image(both[1].2) {
            return plain(self.look_at_images(project, both));
        }
        let sizes = [old, new].map(|content| content.map_or(0, Content::size));
        let binary = [old, new].into_iter().flatten().any(|content| matches!(content, Content::File { binary: true, .. }));
        if binary && sizes.into_iter().any(|size| size > LARGEST_TEXT) {
            return plain(binary_view([old, new].map(|content| content.and_then(Content::object))));
        }
        // The size in a version or a commit is what it is; that of a file in the folder is found out by reading.
        if both.iter().any(|(side, content, _)| side.is_fixed() && content.is_some_and(|content| content.size() > LARGEST_TEXT)) {
            return plain(FileDiff::Unavailable { failure: too_large(LARGEST_TEXT) });
        }
        let texts = match self.read_sides(project, both, LARGEST_TEXT) {
            Ok(texts) => texts,
            Err(_) if binary => return plain(binary_view([old, new].map(|content| content.and_then(Content::object)))),
            Err(failure) => return plain(FileDiff::Unavailable { failure }),
        };
        let read = texts.each_ref().map(|bytes| bytes.as_deref().map(ObjectHash::of));
        if before.is_some_and(|before| before.text.is_some() && before.read == read) {
            return None;
        }
        Some(self.look_at_texts(both, texts, read, file))
    }

    fn look_at_texts(
        &self,
        both: [FileSide<'_>; 2],
        texts: [Option<Vec<u8>>; 2],
        read: [Option<ObjectHash>; 2],
        file: &Difference,
    ) -> Looked {
        let [old, new] = texts;
        let half = |bytes: Option<Vec<u8>>, path: &RepoPath| {
            let name = String::from_utf8_lossy(path.name());
            let present = bytes.is_some();
            let document = Document::open(&name, LoadedFile::Memory(bytes.unwrap_or_default())).ok()?;
            let shown =
                matches!(document.shape(), Shape::Text | Shape::Paged) || (document.shape() == Shape::Image && document.text().is_some());
            shown.then(|| Half::new(document, present)).flatten()
        };
        let (Some(old), Some(new)) = (half(old, both[0].2), half(new, both[1].2)) else {
            return Looked { view: binary_view(read), text: None, read };
        };
        let text = TextDiff::new(old, new);
        let language = if text.new.present { &text.new } else { &text.old }.document.language_name().to_owned();
        let view = FileDiff::Text {
            rows: text.rows(&[]),
            hunks: u32::try_from(text.diff.hunks().len()).unwrap_or(u32::MAX),
            added_lines: text.diff.added(),
            removed_lines: text.diff.removed(),
            language,
            same_lines: text.diff.is_empty() && text.old.present && text.new.present,
            note: notes::of(&text, file, read[0] == read[1]),
        };
        let text = Arc::new(text);
        TextDiff::prepare(&text);
        Looked { view, text: Some(text), read }
    }

    /// The bytes of the sides that there are; those of the same hash are read once.
    fn read_sides(&self, project: &Project, both: [FileSide<'_>; 2], limit: u64) -> Result<[Option<Vec<u8>>; 2], Failure> {
        let read =
            |(side, content, path): FileSide<'_>| content.map(|content| self.side_bytes(project, side, content, path, limit)).transpose();
        let new = read(both[1])?;
        let same = both[0].1.is_some_and(|old| old.object() == both[1].1.and_then(Content::object));
        if same && both[0].0.is_fixed() && new.as_deref().map(ObjectHash::of) == both[0].1.and_then(Content::object) {
            return Ok([new.clone(), new]);
        }
        Ok([read(both[0])?, new])
    }

    fn look_at_links(&self, project: &Project, both: [FileSide<'_>; 2]) -> FileDiff {
        match self.read_sides(project, both, LARGEST_TEXT) {
            Ok(targets) => {
                let [old, new] = targets.map(|target| target.map(|target| String::from_utf8_lossy(&target).into_owned()));
                FileDiff::Symlink { old, new }
            }
            Err(failure) => FileDiff::Unavailable { failure },
        }
    }

    /// An image is shown as long as one side can be.
    fn look_at_images(&self, project: &Project, both: [FileSide<'_>; 2]) -> FileDiff {
        if both.iter().any(|(_, content, _)| content.is_some_and(|content| content.size() > LARGEST_IMAGE)) {
            return FileDiff::Unavailable { failure: too_large(LARGEST_IMAGE) };
        }
        let mut failures = Vec::new();
        let [old, new] = both.map(|(side, content, path)| {
            let Some(content) = content else { return false };
            self.side_bytes(project, side, content, path, LARGEST_IMAGE).map_err(|failure| failures.push(failure)).is_ok()
        });
        match failures.pop() {
            Some(failure) if !old && !new => FileDiff::Unavailable { failure },
            _ => FileDiff::Image { old, new },
        }
    }
}

fn commit(content: &Content) -> Option<String> {
    match content {
        Content::Submodule { commit } => commit.clone(),
        _ => None,
    }
}

fn binary_view([old, new]: [Option<ObjectHash>; 2]) -> FileDiff {
    FileDiff::Binary { old_hash: old.map(|hash| hash.to_string()), new_hash: new.map(|hash| hash.to_string()) }
}
