//! A file, opened for reading.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    ops::Range,
    sync::Arc,
    time::{Duration, SystemTime},
};

use lectern_syntax::{Language, SyntaxError, SyntaxTree, language_of_file_name};

use crate::{
    LargeText, LineEnds, LineIndex, TextEncoding, analysis::Analysis, analysis::Colours, decode, large::read_at_most, looks_binary,
};

/// Text up to this many bytes is held whole; more is read page by page.
pub const SMALL_LIMIT: u64 = 8 * 1024 * 1024;
/// A line longer than this can't be laid out in one piece.
const LONGEST_LINE: usize = 100_000;
/// How long the languages embedded in a text may take to be analysed ahead of time.
const EMBEDDED_BUDGET: Duration = Duration::from_secs(2);
const HEAD: usize = 8000;

const IMAGES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico", "svg"];
const LARGEST_IMAGE: u64 = 64 * 1024 * 1024;

/// How a document wants to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text, whole.
    Text,
    /// Text, page by page.
    Paged,
    /// An image a webview decodes.
    Image,
    /// Bytes.
    Binary,
}

/// Where a document's bytes are.
pub(crate) enum Content {
    Small { text: Arc<str>, lines: LineIndex, encoding: TextEncoding, ends: LineEnds, bytes: Option<Arc<[u8]>> },
    Large(LargeText),
    Bytes { source: Source, size: u64 },
}

pub(crate) enum Source {
    Disk(File),
    Memory(Arc<[u8]>),
}

/// What there is to make a document of.
pub enum LoadedFile {
    /// A file of the working tree.
    Disk(File),
    /// The contents of a file as of a version.
    Memory(Vec<u8>),
}

/// A file, opened: its kind, its text or its bytes.
pub struct Document {
    name: String,
    stamp: String,
    size: u64,
    shape: Shape,
    content: Content,
    language: Option<Language>,
    analysis: Analysis,
}

impl Document {
    /// Opens a file. `name` is its file name, by which language and image type are told.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn open(name: &str, file: LoadedFile) -> io::Result<Self> {
        match file {
            LoadedFile::Memory(bytes) => Ok(Self::small(name, bytes)),
            LoadedFile::Disk(mut file) => {
                let size = file.metadata()?.len();
                if size <= SMALL_LIMIT {
                    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
                    // A file that grows meanwhile is read up to the limit and no further.
                    file.by_ref().take(SMALL_LIMIT + 1).read_to_end(&mut bytes)?;
                    return Ok(Self::small(name, bytes));
                }
                Self::large(name, file)
            }
        }
    }

    fn small(name: &str, bytes: Vec<u8>) -> Self {
        let stamp = blake3::hash(&bytes).to_hex()[..32].to_owned();
        let size = bytes.len() as u64;
        let image = is_image(name);
        if looks_binary(&bytes[..bytes.len().min(HEAD)]) || (image && !is_svg(name)) {
            let shape = if image && size > 0 { Shape::Image } else { Shape::Binary };
            return Self::new(name, stamp, size, shape, Content::Bytes { source: Source::Memory(bytes.into()), size });
        }
        let kept = image.then(|| Arc::from(bytes.as_slice()));
        let decoded = decode(bytes);
        let lines = LineIndex::new(&decoded.text);
        let ends = LineEnds::of(decoded.text.as_bytes());
        let shape = if image {
            Shape::Image
        } else if lines.longest() > LONGEST_LINE {
            Shape::Paged
        } else {
            Shape::Text
        };
        Self::new(
            name,
            stamp,
            size,
            shape,
            Content::Small { text: decoded.text.into(), lines, encoding: decoded.encoding, ends, bytes: kept },
        )
    }

    /// The stamp that a file too large to hold would have as a document, which all of it needn't be read for; `None` for a smaller one.
    ///
    /// # Errors
    /// When the system won't say.
    pub fn stamp_of_large(file: &File) -> io::Result<Option<String>> {
        let metadata = file.metadata()?;
        Ok((metadata.len() > SMALL_LIMIT).then(|| stamp_of(&metadata)))
    }

    fn large(name: &str, file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let size = metadata.len();
        let stamp = stamp_of(&metadata);
        let mut head = vec![0; HEAD];
        let read = read_at_most(&file, &mut head, 0)?;
        head.truncate(read);
        if is_image(name) && size <= LARGEST_IMAGE {
            return Ok(Self::new(name, stamp, size, Shape::Image, Content::Bytes { source: Source::Disk(file), size }));
        }
        // UTF-16 of this size has no line feeds a byte scan could count; its bytes are shown.
        if looks_binary(&head) || head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Ok(Self::new(name, stamp, size, Shape::Binary, Content::Bytes { source: Source::Disk(file), size }));
        }
        Ok(Self::new(name, stamp, size, Shape::Paged, Content::Large(LargeText::open(file)?)))
    }

    fn new(name: &str, stamp: String, size: u64, shape: Shape, content: Content) -> Self {
        let language = match &content {
            Content::Small { text, .. } => Language::for_path(name, text.lines().next()),
            _ => Language::for_path(name, None),
        };
        Self { name: name.to_owned(), stamp, size, shape, content, language, analysis: Analysis::default() }
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// Equal for equal bytes of a small file; for a large one, equal while size and time of change are.
    pub fn stamp(&self) -> &str {
        &self.stamp
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How it wants to be shown.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The language's name; "Plain text" for text that has none.
    pub fn language_name(&self) -> &'static str {
        self.language.map(Language::name).or_else(|| language_of_file_name(&self.name)).unwrap_or("Plain text")
    }

    /// Whether [`crate::PackedSpans`] and [`Document::tree`] have something to say.
    pub fn has_grammar(&self) -> bool {
        self.language.is_some() && matches!(self.content, Content::Small { .. }) && self.shape != Shape::Paged
    }

    /// The whole text of a small document, without a byte order mark.
    pub fn text(&self) -> Option<Arc<str>> {
        match &self.content {
            Content::Small { text, .. } => Some(Arc::clone(text)),
            _ => None,
        }
    }

    /// How the text was stored; `None` for bytes.
    pub fn encoding(&self) -> Option<TextEncoding> {
        match &self.content {
            Content::Small { encoding, .. } => Some(*encoding),
            Content::Large(_) => Some(TextEncoding::Utf8),
            Content::Bytes { .. } => None,
        }
    }

    /// How the lines end; of a large text, not told.
    pub fn line_ends(&self) -> Option<LineEnds> {
        match &self.content {
            Content::Small { ends, .. } => Some(*ends),
            _ => None,
        }
    }

    /// Lines of text; 0 for bytes.
    pub fn lines(&self) -> u64 {
        match &self.content {
            Content::Small { lines, .. } => u64::from(lines.count()),
            Content::Large(large) => large.lines(),
            Content::Bytes { .. } => 0,
        }
    }

    /// The line (1-based) of a byte of a small text.
    pub fn line_at(&self, byte: usize) -> u32 {
        match &self.content {
            Content::Small { lines, .. } => lines.line_at(byte),
            _ => 1,
        }
    }

    /// Up to `count` lines from `first` (1-based), each cut where it is too long to lay out.
    ///
    /// # Errors
    /// When a large file can't be read any more.
    pub fn page(&self, first: u64, count: u64) -> io::Result<Vec<crate::PageLine>> {
        match &self.content {
            Content::Large(large) => large.page(first, count),
            Content::Small { text, lines, .. } => {
                let last = first.saturating_add(count).min(u64::from(lines.count()) + 1);
                Ok((first.max(1)..last)
                    .filter_map(|line| lines.line(text, u32::try_from(line).ok()?))
                    .map(|range| {
                        let line = &text[range];
                        let end = line.char_indices().nth(4000).map_or(line.len(), |(at, _)| at);
                        crate::PageLine { text: line[..end].to_owned(), cut: (line.len() - end) as u64 }
                    })
                    .collect())
            }
            Content::Bytes { .. } => Ok(Vec::new()),
        }
    }

    /// Up to `length` bytes from `offset`, as they are in the file; fewer at its end. Text that was decoded has no bytes any more.
    ///
    /// # Errors
    /// When the file can't be read any more.
    pub fn bytes(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let from_memory = |bytes: &[u8]| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            bytes[start..start.saturating_add(length).min(bytes.len())].to_vec()
        };
        match &self.content {
            Content::Bytes { source: Source::Memory(bytes), .. } => Ok(from_memory(bytes)),
            Content::Bytes { source: Source::Disk(file), size } => {
                let left = usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX);
                let mut buffer = vec![0; length.min(left)];
                let read = read_at_most(file, &mut buffer, offset)?;
                buffer.truncate(read);
                Ok(buffer)
            }
            Content::Small { bytes: Some(bytes), .. } => Ok(from_memory(bytes)),
            Content::Small { text, .. } => Ok(from_memory(text.as_bytes())),
            Content::Large(_) => Ok(Vec::new()),
        }
    }

    /// Does ahead of time what [`Document::tree`] and the first spans would wait for.
    pub fn prepare(&self) {
        if let Some((language, text)) = self.parsed() {
            language.prepare_colours();
            // A first screen needs no more. A text that can't be analysed says so when it is asked for.
            self.analysis.head(language, text);
            let _ = self.tree();
            language.prepare();
        }
    }

    /// Does ahead of time what any spans would wait for, embedded languages included. Call it on a thread of its own.
    pub fn prepare_all(&self) {
        self.prepare();
        if let Ok(Some(tree)) = self.tree() {
            // What is not done by then is done when it is looked at.
            let _ = tree.prepare_embedded(EMBEDDED_BUDGET);
        }
    }

    /// The syntax tree, made once; `None` without a grammar.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`]; the text is shown plain then.
    pub fn tree(&self) -> Result<Option<Arc<SyntaxTree>>, SyntaxError> {
        self.parsed().map(|(language, text)| self.analysis.tree(language, text)).transpose()
    }

    /// Lets go of the syntax tree, which takes several times the memory of its text. It is made again when it is asked for.
    pub fn release_tree(&self) {
        self.analysis.release();
    }

    /// The syntax tree, for its spans.
    pub(crate) fn coloured_tree(&self) -> Result<Option<Arc<SyntaxTree>>, SyntaxError> {
        let Some((language, text)) = self.parsed() else { return Ok(None) };
        // Compiling a language's queries happens once and is not this text's fault.
        language.prepare_colours();
        self.analysis.tree(language, text).map(Some)
    }

    /// What answers for the colours of some bytes soonest; `None` without a grammar.
    pub(crate) fn colours(&self, bytes: &Range<usize>) -> Result<Option<Colours>, SyntaxError> {
        let Some((language, text)) = self.parsed() else { return Ok(None) };
        language.prepare_colours();
        self.analysis.colours(language, text, bytes).map(Some)
    }

    /// Says that the colours of this text are given up.
    pub(crate) fn give_up(&self, error: SyntaxError) {
        self.analysis.give_up(error);
    }

    fn parsed(&self) -> Option<(Language, &Arc<str>)> {
        let Content::Small { text, .. } = &self.content else { return None };
        Some((self.language.filter(|_| self.has_grammar())?, text))
    }
}

fn stamp_of(metadata: &Metadata) -> String {
    let changed = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    format!("large-{}-{}", metadata.len(), changed.as_nanos())
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

fn is_image(name: &str) -> bool {
    IMAGES.contains(&extension(name).as_str())
}

fn is_svg(name: &str) -> bool {
    extension(name) == "svg"
}
