//! From the bytes of a file to what is known of it by itself.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use lectern_reader::{LineIndex, decode, looks_binary};
use lectern_syntax::{Code, DocComment, Language, Role, SymbolKind, SyntaxTree};

use super::{Doc, Why};

/// Files with more bytes are told of, not read.
pub(super) const LARGEST: u64 = 1024 * 1024;
/// Of one file, for its tree and for what is read from it each.
const BUDGET: Duration = Duration::from_secs(3);
/// A line that is longer was not written by a person.
const LONGEST_LINE: usize = 10_000;
/// Distinct words that are kept of a data file.
const MOST_WORDS: usize = 20_000;
/// No number of a word or a symbol.
pub(super) const NONE: u32 = u32::MAX;

/// What is known of a file's contents without a look at any other.
#[derive(Debug, Default)]
pub(super) struct FileFacts {
    pub language: Option<&'static str>,
    pub lines: u32,
    pub skipped: Option<Why>,
    pub is_generated: bool,
    pub doc: Option<Doc>,
    pub symbols: Vec<FileSymbol>,
    pub imports: Vec<FileImport>,
    /// Every name that the code has, once each.
    pub words: Vec<Box<str>>,
    pub uses: Vec<FileUse>,
}

/// A definition.
#[derive(Debug)]
pub(super) struct FileSymbol {
    pub name: String,
    pub kind: SymbolKind,
    /// The definition around it, by its number here.
    pub parent: Option<u32>,
    pub owner: Option<String>,
    pub signature: String,
    pub doc: Option<Doc>,
    pub lines: (u32, u32),
    pub name_line: u32,
    pub body_start: Option<u32>,
    pub public: bool,
    pub is_declaration: bool,
    pub is_test: bool,
}

/// An import.
#[derive(Debug)]
pub(super) struct FileImport {
    pub target: String,
    pub names: Vec<String>,
    pub line: u32,
}

/// All uses of a name in one role within one definition.
#[derive(Debug)]
pub(super) struct FileUse {
    /// Numbers of words.
    pub word: u32,
    pub qualifier: u32,
    pub role: Role,
    /// The innermost definition that isn't a field, by its number; [`NONE`] outside of all.
    pub from: u32,
    /// The first.
    pub line: u32,
    pub count: u32,
}

impl FileFacts {
    fn skipped(why: Why) -> Self {
        Self { skipped: Some(why), ..Self::default() }
    }

    /// About how many bytes it takes in memory.
    pub(super) fn weight(&self) -> usize {
        let doc = |doc: &Option<Doc>| doc.as_ref().map_or(0, |doc| doc.text.len());
        let symbols: usize = self.symbols.iter().map(|it| 200 + it.name.len() + it.signature.len() + doc(&it.doc)).sum();
        let words: usize = self.words.iter().map(|word| 24 + word.len()).sum();
        let imports: usize =
            self.imports.iter().map(|it| 80 + it.target.len() + it.names.iter().map(|name| 24 + name.len()).sum::<usize>()).sum();
        200 + symbols + words + imports + self.uses.len() * size_of::<FileUse>() + doc(&self.doc)
    }
}

/// Languages whose definitions are those of programs. Files of others have nothing that a page could say.
pub fn is_code(language: &str) -> bool {
    matches!(
        language,
        "Rust"
            | "TypeScript"
            | "TSX"
            | "JavaScript"
            | "Python"
            | "Go"
            | "Java"
            | "C"
            | "C++"
            | "C#"
            | "Ruby"
            | "PHP"
            | "Bash"
            | "Kotlin"
            | "Lua"
            | "Scala"
            | "Zig"
            | "Svelte"
            | "Vue"
            | "SQL"
            | "Protocol Buffers"
            | "GraphQL"
    )
}

/// Languages of data, whose keys are names too.
fn is_data(language: &str) -> bool {
    matches!(language, "TOML" | "JSON" | "YAML" | "CSS" | "SCSS" | "HTML" | "XML" | "INI" | "CMake" | "Makefile" | "HCL" | "Dockerfile")
}

/// Reads a file. Time and memory are bounded whatever it holds.
pub(super) fn read(path: &str, bytes: &[u8]) -> FileFacts {
    if bytes.len() as u64 > LARGEST {
        return FileFacts::skipped(Why::TooLarge);
    }
    if looks_binary(&bytes[..bytes.len().min(8192)]) {
        return FileFacts::skipped(Why::Binary);
    }
    let text = decode(bytes.to_vec()).text;
    let lines = LineIndex::new(&text);
    let count = match () {
        () if text.is_empty() => 0,
        () if text.ends_with(['\n', '\r']) => lines.count() - 1,
        () => lines.count(),
    };
    let language = Language::for_path(path, text.lines().next());
    let mut facts = FileFacts { language: language.map(Language::name), lines: count, ..FileFacts::default() };
    facts.is_generated = says_generated(&text);
    let Some(language) = language else { return facts };
    if lines.longest() > LONGEST_LINE {
        facts.skipped = Some(Why::Minified);
        return facts;
    }
    if is_data(language.name()) {
        facts.words = words_of(&text);
        return facts;
    }
    if !is_code(language.name()) {
        return facts;
    }
    let is_header = path.rsplit('.').next().is_some_and(|end| matches!(end, "h" | "hpp" | "hh" | "hxx" | "h++" | "inl" | "ipp" | "tpp"));
    let code = SyntaxTree::parse(language, text.into(), BUDGET).and_then(|tree| Ok((tree.code(is_header, BUDGET)?, tree)));
    let Ok((code, tree)) = code else {
        facts.skipped = Some(Why::NotAnalysed);
        return facts;
    };
    let text = tree.text();
    let doc = |doc: &DocComment| Doc { lines: span(&lines, text, doc.range.start, doc.range.end), text: doc.text.clone() };
    facts.doc = code.doc.as_ref().map(doc);
    let import = |import: &lectern_syntax::Imported| FileImport {
        target: import.target.clone(),
        names: import.names.clone(),
        line: lines.line_at(import.range.start),
    };
    facts.imports = code.imports.iter().map(import).collect();
    let mut open: Vec<u32> = Vec::new();
    for (at, defined) in code.definitions.iter().enumerate() {
        let symbol = &defined.symbol;
        open.truncate(symbol.depth as usize);
        facts.symbols.push(FileSymbol {
            name: symbol.name.clone(),
            kind: symbol.kind,
            parent: open.last().copied(),
            owner: defined.owner.clone(),
            signature: text.get(defined.signature.clone()).unwrap_or_default().to_owned(),
            doc: defined.doc.as_ref().map(doc),
            lines: span(&lines, text, defined.whole.start, defined.whole.end),
            name_line: lines.line_at(symbol.name_range.start),
            body_start: defined.body.as_ref().map(|body| lines.line_at(body.start)),
            public: defined.public,
            is_declaration: defined.is_declaration,
            is_test: defined.is_test,
        });
        open.push(number(at));
    }
    take_uses(&mut facts, &code, text, &lines);
    facts
}

/// The lines (1-based, inclusive) of these bytes, white space at their end left out.
fn span(lines: &LineIndex, text: &str, start: usize, end: usize) -> (u32, u32) {
    let held = text.get(start..end).map_or(0, |part| part.trim_end().len());
    (lines.line_at(start), lines.line_at((start + held).saturating_sub(1).max(start)))
}

/// Counts the uses of names, without those that a variable of the same name hides.
fn take_uses<'text>(facts: &mut FileFacts, code: &Code, text: &'text str, lines: &LineIndex) {
    let mut numbers: HashMap<&'text str, u32> = HashMap::new();
    let mut words: Vec<Box<str>> = Vec::new();
    let mut word = |name: Option<&'text str>| -> u32 {
        let Some(name) = name.filter(|name| !name.is_empty()) else { return NONE };
        *numbers.entry(name).or_insert_with(|| {
            words.push(name.into());
            number(words.len() - 1)
        })
    };
    // Which definition each name is in: both are in the order of the text.
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    let mut placed: Vec<(u32, u32, Role, u32, u32)> = Vec::with_capacity(code.names.len());
    let mut bound: HashSet<(u32, u32)> = HashSet::new();
    for used in &code.names {
        while let Some(defined) = code.definitions.get(next).filter(|defined| defined.whole.start <= used.range.start) {
            while open.last().is_some_and(|outer| code.definitions[*outer].whole.end <= defined.whole.start) {
                open.pop();
            }
            open.push(next);
            next += 1;
        }
        while open.last().is_some_and(|outer| code.definitions[*outer].whole.end <= used.range.start) {
            open.pop();
        }
        let holder = open
            .iter()
            .rev()
            .find(|at| code.definitions[**at].whole.end > used.range.start && code.definitions[**at].symbol.kind != SymbolKind::Field);
        let from = holder.map_or(NONE, |at| number(*at));
        let name = word(text.get(used.range.clone()));
        let qualifier = word(used.qualifier.clone().and_then(|range| text.get(range)));
        if used.role == Role::Binding {
            bound.insert((function_around(facts, from), name));
        } else {
            placed.push((name, qualifier, used.role, from, lines.line_at(used.range.start)));
        }
    }
    let mut uses: HashMap<(u32, u32, Role, u32), (u32, u32)> = HashMap::new();
    for (name, qualifier, role, from, line) in placed {
        if matches!(role, Role::Value | Role::Call) && is_hidden(facts, &bound, from, name) {
            continue;
        }
        let entry = uses.entry((name, qualifier, role, from)).or_insert((line, 0));
        entry.1 += 1;
    }
    let mut uses: Vec<FileUse> = uses
        .into_iter()
        .map(|((word, qualifier, role, from), (line, count))| FileUse { word, qualifier, role, from, line, count })
        .collect();
    uses.sort_by_key(|it| (it.line, it.word, it.qualifier, it.role, it.from));
    for defined in &code.definitions {
        word(text.get(defined.symbol.name_range.clone()).filter(|name| name.len() <= 200));
    }
    facts.words = words;
    facts.uses = uses;
}

/// The function around a definition, itself included.
fn function_around(facts: &FileFacts, mut from: u32) -> u32 {
    while let Some(symbol) = facts.symbols.get(from as usize) {
        if matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method) {
            return from;
        }
        from = symbol.parent.unwrap_or(NONE);
    }
    NONE
}

/// Whether a variable of this name begins in one of the functions around, or in the file outside of all.
fn is_hidden(facts: &FileFacts, bound: &HashSet<(u32, u32)>, from: u32, name: u32) -> bool {
    let mut at = function_around(facts, from);
    loop {
        if bound.contains(&(at, name)) {
            return true;
        }
        let Some(symbol) = facts.symbols.get(at as usize) else { return false };
        at = function_around(facts, symbol.parent.unwrap_or(NONE));
    }
}

/// The words of data that could be names, once each.
fn words_of(text: &str) -> Vec<Box<str>> {
    let mut seen = HashSet::new();
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).map(|word| word.trim_matches('-'));
    let names = words.filter(|word| (2..=60).contains(&word.len()) && !word.starts_with(|c: char| c.is_ascii_digit()));
    names.filter(|word| seen.insert(*word)).take(MOST_WORDS).map(Into::into).collect()
}

/// Whether a file says that a program wrote it.
fn says_generated(text: &str) -> bool {
    let head = &text[..(0..=text.len().min(2000)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)];
    let lower = head.to_lowercase();
    [
        "@generated",
        "code generated by",
        "do not edit",
        "automatically generated",
        "autogenerated",
        "auto-generated file",
        "this file is generated",
        "this file was generated",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}
