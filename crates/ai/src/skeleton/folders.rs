//! The page of a folder, and of the whole project, which is its outermost one.

use std::collections::BTreeMap;

use super::{Making, counted, lists::is_beneath, readme::first_paragraph, section, waiting};
use crate::{
    AiError, Block, FileId, ListItem, Section, Why,
    index::{id, prefixed, split},
};

/// Paths that a note names.
const MOST_NAMED: usize = 5;
/// Folders with a slot for prose, and files; those with the most definitions first.
const MOST_FOLDER_SLOTS: usize = 60;
const MOST_FILE_SLOTS: usize = 300;
impl Making<'_> {
    /// All about a folder, which exists.
    pub(super) fn folder_page(&mut self, folder: &str) -> Result<Vec<Section>, AiError> {
        let index = self.index;
        let beneath: Vec<FileId> = (0..index.files().len()).map(id).filter(|file| is_beneath(&index[*file].path, folder)).collect();
        // Tests and what others or programs wrote are left out, unless that is what was asked for.
        let is_aside = |file: &FileId| index[*file].is_test || index[*file].is_vendored || index[*file].is_generated;
        let own: Vec<FileId> = beneath.iter().copied().filter(|file| !is_aside(file)).collect();
        let is_code = |file: &FileId| !index[*file].symbols.is_empty() || index[*file].language.is_some_and(crate::index::is_code);
        let all_aside = !own.iter().any(is_code);
        let shown = if all_aside { beneath.clone() } else { own };

        let mut overview = Vec::new();
        overview.extend(self.folder_quote(folder));
        overview.push(Block::Prose(waiting("overview")));
        overview.extend(self.folder_diagram(folder, &shown));
        overview.extend(self.entries_list(folder));
        if !folder.is_empty() {
            overview.extend(self.folder_uses(folder, true));
            overview.extend(self.folder_uses(folder, false));
        }
        overview.extend(self.manifests_list(folder));
        overview.extend(self.languages_list(&shown));
        overview.extend(self.left_out(&beneath, if all_aside { &[] } else { &shown }));
        let mut sections = vec![section("overview", "Overview", 2, overview)];

        let mut folders: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
        for file in shown.iter().filter(|file| is_code(file)) {
            folders.entry(split(&index[*file].path).0).or_default().push(*file);
        }
        let with_slots = self.with_slots(&folders);
        for (path, files) in &folders {
            let section = self.folder_section(folder, path, files, &with_slots);
            sections.push(section);
        }
        let files: Vec<FileId> = folders.into_values().flatten().collect();
        sections.extend(self.definitions(folder, &files));
        Ok(sections)
    }

    /// Folders and files that are written about, of many those with the most definitions.
    fn with_slots<'a>(&self, folders: &BTreeMap<&'a str, Vec<FileId>>) -> (Vec<&'a str>, Vec<FileId>) {
        let count = |files: &[FileId]| files.iter().map(|file| self.index[*file].symbols.len()).sum::<usize>();
        let mut ranked: Vec<(&str, usize)> = folders.iter().map(|(path, files)| (*path, count(files))).collect();
        ranked.sort_by_key(|(path, count)| (std::cmp::Reverse(*count), *path));
        let mut files: Vec<FileId> = folders.values().flatten().copied().collect();
        files.sort_by_key(|file| (std::cmp::Reverse(self.index[*file].symbols.len()), *file));
        files.truncate(MOST_FILE_SLOTS);
        (ranked.into_iter().take(MOST_FOLDER_SLOTS).map(|(path, _)| path).collect(), files)
    }

    /// What a folder is for, and its files.
    fn folder_section(
        &mut self,
        asked: &str,
        path: &str,
        files: &[FileId],
        (folder_slots, file_slots): &(Vec<&str>, Vec<FileId>),
    ) -> Section {
        let index = self.index;
        let mut blocks = Vec::new();
        if path != asked {
            blocks.extend(self.folder_quote(path));
            if folder_slots.contains(&path) {
                blocks.push(Block::Prose(waiting(format!("folder:{path}"))));
            }
        }
        let mut items = Vec::new();
        for file in files {
            let its = &index[*file];
            let citation = match &its.doc {
                Some(doc) => self.citing.lines(*file, doc.lines),
                None => self.citing.file(*file),
            };
            self.files.push(*file);
            let prose = file_slots.contains(file).then(|| waiting(format!("file:{}", its.path)));
            items.push(ListItem { term: split(&its.path).1.to_owned(), text: self.says(*file), citation, prose });
        }
        // The section of the folder that was asked about is its files, and says so itself.
        let caption = if path == asked { "" } else { "Files" };
        blocks.push(Block::List { caption: caption.to_owned(), items, more: 0 });
        let title = match path {
            _ if path == asked => "Files".to_owned(),
            "" => "Top level".to_owned(),
            path => format!("{path}/"),
        };
        section(format!("folder:{path}"), title, 2, blocks)
    }

    /// What a folder says of itself: its README, else the doc comment of the file that stands for it.
    fn folder_quote(&mut self, folder: &str) -> Option<Block> {
        let index = self.index;
        let readmes = ["README.md", "Readme.md", "readme.md", "README.markdown", "README.rst", "README.adoc", "README.txt", "README"];
        for name in readmes {
            let Some(file) = index.file(&prefixed(folder, name)) else { continue };
            let Some((text, lines)) = self.text(file).as_deref().and_then(first_paragraph) else { continue };
            self.files.push(file);
            let citation = self.citing.lines(file, lines)?;
            return self.quote_once(text, citation);
        }
        let last = split(folder).1;
        let roots = [
            prefixed(folder, "src/lib.rs"),
            prefixed(folder, "src/main.rs"),
            prefixed(folder, "lib.rs"),
            prefixed(folder, "main.rs"),
            prefixed(folder, "mod.rs"),
            format!("{folder}.rs"),
            prefixed(folder, "__init__.py"),
            prefixed(folder, "doc.go"),
            prefixed(folder, &format!("{last}.go")),
            prefixed(folder, "package-info.java"),
            prefixed(folder, "index.ts"),
            prefixed(folder, "index.js"),
        ];
        let file = roots.iter().find_map(|path| index.file(path).filter(|file| index[*file].doc.is_some()))?;
        let doc = index[file].doc.clone()?;
        let citation = self.citing.lines(file, doc.lines)?;
        self.quote_once(doc.text, citation)
    }

    /// A quote, unless the page has it already.
    fn quote_once(&mut self, text: String, citation: u32) -> Option<Block> {
        if self.quoted.contains(&citation) {
            return None;
        }
        self.quoted.push(citation);
        Some(Block::Quote { text, citation })
    }

    fn languages_list(&mut self, files: &[FileId]) -> Option<Block> {
        let mut languages: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for file in files {
            if let Some(language) = self.index[*file].language {
                let entry = languages.entry(language).or_default();
                *entry = (entry.0 + 1, entry.1 + self.index[*file].lines as usize);
            }
        }
        let mut ranked: Vec<_> = languages.into_iter().collect();
        ranked.sort_by_key(|(name, (_, lines))| (std::cmp::Reverse(*lines), *name));
        let total = ranked.len();
        let item = |(name, (files, lines)): (&str, (usize, usize))| ListItem {
            term: name.to_owned(),
            text: format!("{}, {}", counted(files, "file", "files"), counted(lines, "line", "lines")),
            citation: None,
            prose: None,
        };
        super::lists::list("Written in", ranked.into_iter().take(8).map(item).collect(), total)
    }

    /// What is not on the page, and why.
    fn left_out(&self, beneath: &[FileId], shown: &[FileId]) -> Vec<Block> {
        let index = self.index;
        let mut notes = Vec::new();
        if !shown.is_empty() {
            let told: std::collections::HashSet<&FileId> = shown.iter().collect();
            let left: Vec<FileId> =
                beneath.iter().copied().filter(|file| !told.contains(file) && !index[*file].symbols.is_empty()).collect();
            let count = |is: &dyn Fn(FileId) -> bool| left.iter().filter(|file| is(**file)).count();
            let tests = count(&|file| index[file].is_test && !index[file].is_vendored);
            let vendored = count(&|file| index[file].is_vendored);
            let generated = left.len() - tests - vendored;
            let parts: Vec<String> = [(tests, "of tests"), (vendored, "of others"), (generated, "that programs wrote")]
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{} {what}", counted(count, "file", "files")))
                .collect();
            if !parts.is_empty() {
                notes.push(Block::Note { text: format!("Not on this page: {}. Each has a page of its own.", parts.join(", ")) });
            }
        }
        for (why, what) in [
            (Why::TooLarge, "larger than 1 MiB"),
            (Why::Minified, "with lines that nobody writes by hand"),
            (Why::NotAnalysed, "that could not be analysed"),
            (Why::Missing, "whose contents were not kept"),
        ] {
            let is_code = |file: &&FileId| index[**file].language.is_some_and(crate::index::is_code) || why == Why::Missing;
            let paths: Vec<&str> = beneath
                .iter()
                .filter(|file| index[**file].skipped == Some(why) && !index[**file].is_vendored)
                .filter(is_code)
                .map(|file| index[*file].path.as_str())
                .collect();
            if paths.is_empty() {
                continue;
            }
            let more = paths.len().saturating_sub(MOST_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named = paths.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
            notes.push(Block::Note { text: format!("Not read: {} {what} ({named}{more}).", counted(paths.len(), "file", "files")) });
        }
        notes
    }
}
