//! What a dev server printed: the last lines in memory, a bounded file of them on the disk.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lectern_store::{Clock, Timestamp, private_file};

use super::mask;

/// Lines kept in memory.
const KEPT: usize = 10_000;
/// A longer line is cut, in bytes.
const LONGEST_LINE: usize = 4096;
/// When the file is larger than this it becomes the older of two, in bytes.
const LARGEST_FILE: u64 = 2 * 1024 * 1024;

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
    /// Lectern itself.
    Lectern,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Err => "err",
            Self::Lectern => "lectern",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Out, Self::Err, Self::Lectern].into_iter().find(|source| source.word() == word)
    }
}

/// A line, without colours and secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it was printed.
    pub at: Timestamp,
    /// Who printed it.
    pub source: Source,
    /// Without the end of the line.
    pub text: String,
}

/// The log of one session. Any thread may use it.
pub struct Log {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

struct Inner {
    lines: VecDeque<Line>,
    total: u64,
    file: Option<LogFile>,
    /// Between the first and the last line of a private key.
    in_key: bool,
}

struct LogFile {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Log {
    /// A log that is written to `path` as well. A disk that refuses costs the file, not the log.
    pub fn new(clock: Arc<dyn Clock>, path: Option<&Path>) -> Self {
        let file = path.and_then(|path| LogFile::begin(path).ok());
        Self { clock, inner: Mutex::new(Inner { lines: VecDeque::new(), total: 0, file, in_key: false }) }
    }

    /// The log of a session that this process does not serve, as far as its file has it. Numbers count from its first line that is there.
    ///
    /// # Errors
    /// When the file is there and can't be read.
    pub fn read(clock: Arc<dyn Clock>, path: &Path) -> io::Result<Self> {
        let mut lines = VecDeque::new();
        let mut total = 0;
        for path in [older(path), path.to_owned()] {
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            // A kill may have left half a line at the end.
            for line in BufReader::new(file).split(b'\n').map_while(Result::ok).filter_map(|bytes| parse(&bytes)) {
                keep(&mut lines, line);
                total += 1;
            }
        }
        Ok(Self { clock, inner: Mutex::new(Inner { lines, total, file: None, in_key: false }) })
    }

    /// Adds a line as it was printed.
    pub fn push(&self, source: Source, raw: &str) {
        let at = self.clock.now();
        let mut inner = self.lock();
        let text = inner.cleaned(source, raw);
        let line = Line { at, source, text };
        if let Some(file) = &mut inner.file
            && file.write(&line).is_err()
        {
            inner.file = None;
        }
        keep(&mut inner.lines, line);
        inner.total += 1;
    }

    /// The lines from number `first` on (from 0) as far as they are kept, the number of the first of them, and how many there were so far.
    pub fn page(&self, first: u64) -> (u64, Vec<Line>, u64) {
        let inner = self.lock();
        let oldest = inner.total - inner.lines.len() as u64;
        let first = first.clamp(oldest, inner.total);
        let skipped = usize::try_from(first - oldest).unwrap_or(usize::MAX);
        (first, inner.lines.iter().skip(skipped).cloned().collect(), inner.total)
    }

    /// The last lines, at most so many.
    pub fn tail(&self, lines: usize) -> Vec<String> {
        let inner = self.lock();
        inner.lines.iter().skip(inner.lines.len().saturating_sub(lines)).map(|line| line.text.clone()).collect()
    }

    /// How many lines there were so far.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    /// Writes no more to the disk.
    pub fn close(&self) {
        self.lock().file = None;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn cleaned(&mut self, source: Source, raw: &str) -> String {
        let plain = plain(raw);
        if source == Source::Lectern {
            return plain;
        }
        let begins = plain.contains("-----BEGIN") && plain.contains("PRIVATE KEY");
        if begins || self.in_key {
            self.in_key = (begins || self.in_key) && !plain.contains("-----END");
            return "••••".to_owned();
        }
        mask(&plain).into_owned()
    }
}

impl LogFile {
    fn begin(path: &Path) -> io::Result<Self> {
        let file = private_file().truncate(true).open(path)?;
        Ok(Self { path: path.to_owned(), file, size: 0 })
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        if self.size >= LARGEST_FILE {
            fs::rename(&self.path, older(&self.path))?;
            *self = Self::begin(&self.path)?;
        }
        let text = format!("{}\t{}\t{}\n", line.at, line.source.word(), line.text);
        self.size += text.len() as u64;
        self.file.write_all(text.as_bytes())
    }
}

fn keep(lines: &mut VecDeque<Line>, line: Line) {
    if lines.len() == KEPT {
        lines.pop_front();
    }
    lines.push_back(line);
}

fn older(path: &Path) -> PathBuf {
    path.with_extension("older")
}

fn parse(bytes: &[u8]) -> Option<Line> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut parts = text.splitn(3, '\t');
    let (at, source, text) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Line { at: Timestamp::parse(at)?, source: Source::of_word(source)?, text: text.to_owned() })
}

/// What a terminal would show in the end: no colours, no other control characters, only what was last written over a line.
fn plain(raw: &str) -> String {
    let raw = raw.trim_end_matches(['\r', '\n']);
    let raw = raw.rsplit('\r').find(|part| !part.is_empty()).unwrap_or_default();
    let mut text = String::with_capacity(raw.len().min(LONGEST_LINE));
    let mut letters = raw.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\x1b' => match letters.next() {
                // A control sequence ends with its first letter.
                Some('[') => while letters.next().is_some_and(|c| !('\x40'..='\x7e').contains(&c)) {},
                // A link or a title ends with a bell, or with ESC \.
                Some(']') => {
                    while let Some(c) = letters.next() {
                        if c == '\x07' || (c == '\x1b' && letters.next_if_eq(&'\\').is_some()) {
                            break;
                        }
                    }
                }
                _ => {}
            },
            '\t' => text.push_str("    "),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
        if text.len() > LONGEST_LINE {
            text.push('…');
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use lectern_store::SystemClock;

    use super::*;

    fn texts(log: &Log) -> Vec<String> {
        log.page(0).1.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_line_is_what_a_terminal_would_show_of_it() {
        for (raw, shown) in [
            ("\x1b[32m➜\x1b[39m  \x1b[1mLocal\x1b[22m", "➜  Local"),
            ("10%\r55%\r100%\r\n", "100%"),
            ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\ end", "link end"),
            ("a\tb\x08\0", "a    b"),
            ("\x1b[", ""),
        ] {
            assert_eq!(plain(raw), shown);
        }
        assert!(plain(&"x".repeat(1 << 20)).len() < LONGEST_LINE + 8, "a long line is cut");
    }

    #[test]
    fn a_private_key_is_not_kept_line_by_line_either() {
        let log = Log::new(Arc::new(SystemClock), None);
        for line in ["-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA", "-----END RSA PRIVATE KEY-----", "listening"] {
            log.push(Source::Out, line);
        }
        assert_eq!(texts(&log), ["••••", "••••", "••••", "listening"]);
    }

    #[test]
    fn the_last_ten_thousand_lines_are_kept_and_numbered() {
        let log = Log::new(Arc::new(SystemClock), None);
        for number in 0..12_345 {
            log.push(Source::Out, &number.to_string());
        }
        let (first, lines, total) = log.page(0);
        assert_eq!((first, lines.len(), total), (2_345, 10_000, 12_345));
        assert_eq!(lines[0].text, "2345");
        let (first, lines, _) = log.page(12_340);
        assert_eq!((first, lines.len()), (12_340, 5));
        assert_eq!(log.page(99_999).1, []);
        assert_eq!(log.tail(2), ["12343", "12344"]);
    }

    #[test]
    fn the_file_is_bounded_and_gives_the_lines_back() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("log");
        let log = Log::new(Arc::new(SystemClock), Some(&path));
        log.push(Source::Err, "PASSWORD=hunter22");
        log.push(Source::Lectern, "answers");
        let read = Log::read(Arc::new(SystemClock), &path).expect("a log");
        assert_eq!(texts(&read), ["PASSWORD=••••", "answers"]);
        assert_eq!(read.page(0).1[1].source, Source::Lectern);
        for number in 0..3_000 {
            log.push(Source::Out, &format!("{number} {}", "x".repeat(4_000)));
        }
        let on_disk: u64 =
            fs::read_dir(dir.path()).expect("a folder").flatten().map(|entry| entry.metadata().expect("metadata").len()).sum();
        assert!(on_disk <= 2 * (LARGEST_FILE + 8_192), "{on_disk} bytes");
        let read = Log::read(Arc::new(SystemClock), &path).expect("a log");
        assert!(texts(&read).last().is_some_and(|line| line.starts_with("2999 ")), "the latest lines are there");
    }
}
