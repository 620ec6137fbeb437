//! The lines that definitions stand in.

use std::{collections::HashMap, io::Read, path::PathBuf};

use lectern_objects::{ObjectHash, Objects};
use lectern_reader::{LineIndex, Root, SMALL_LIMIT, decode};
use lectern_search::Place;

/// A line is cut here, in characters.
const LONGEST: usize = 400;
/// Bytes that are read for one answer.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Texts by their contents, each read once.
pub(crate) struct Texts<'a> {
    objects: &'a Objects,
    root: Option<Root>,
    read: HashMap<ObjectHash, Option<(String, LineIndex)>>,
    left: usize,
}

impl<'a> Texts<'a> {
    /// `folder` is where contents may still be that were not kept.
    pub fn new(objects: &'a Objects, folder: Option<&PathBuf>) -> Self {
        let root = folder.and_then(|folder| Root::open(folder).ok());
        Self { objects, root, read: HashMap::new(), left: MOST_BYTES }
    }

    /// The line of a place, without the spaces around it; empty when its text is not to be had.
    pub fn line(&mut self, place: &Place) -> String {
        if !self.read.contains_key(&place.hash) {
            let bytes = if self.left == 0 { None } else { self.bytes(place) };
            self.left = self.left.saturating_sub(bytes.as_ref().map_or(0, Vec::len));
            let text = bytes.map(|bytes| decode(bytes).text).map(|text| {
                let lines = LineIndex::new(&text);
                (text, lines)
            });
            self.read.insert(place.hash, text);
        }
        let Some(Some((text, lines))) = self.read.get(&place.hash) else { return String::new() };
        let line = lines.line(text, place.line).and_then(|range| text.get(range)).unwrap_or_default();
        line.trim().chars().take(LONGEST).collect()
    }

    fn bytes(&self, place: &Place) -> Option<Vec<u8>> {
        if let Ok(Some(bytes)) = self.objects.get(&place.hash) {
            return Some(bytes);
        }
        let mut bytes = Vec::new();
        let file = self.root.as_ref()?.open_file(place.path.as_path()).ok()?;
        file.take(SMALL_LIMIT).read_to_end(&mut bytes).ok()?;
        // Another text's line would mislead.
        (ObjectHash::of(&bytes) == place.hash).then_some(bytes)
    }
}
