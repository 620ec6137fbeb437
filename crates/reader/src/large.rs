//! Text too large to hold: lines are found by a sparse index and read from the file when asked for.

use std::{fs::File, io, thread};

/// A line number is kept for every this many bytes; a page is found by reading at most that far.
const STRIDE: u64 = 64 * 1024;
/// The index is built in parallel over pieces of this size.
const PIECE: u64 = 4 * 1024 * 1024;
/// Characters of a line that a page shows.
const SHOWN: usize = 4000;

/// One line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLine {
    /// Without its end; bytes that are not UTF-8 are read as Latin-1.
    pub text: String,
    /// Bytes left out at the end.
    pub cut: u64,
}

/// A large text file, indexed.
#[derive(Debug)]
pub struct LargeText {
    file: File,
    size: u64,
    /// Line feeds before each multiple of [`STRIDE`].
    before: Vec<u64>,
    lines: u64,
}

impl LargeText {
    /// Counts the lines of a file; reads all of it once, on all processors.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn open(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        let pieces = size.div_ceil(PIECE);
        let workers = thread::available_parallelism().map_or(1, usize::from).min(8) as u64;
        let counts = thread::scope(|scope| {
            let handles: Vec<_> = (0..workers)
                .map(|worker| {
                    let file = &file;
                    scope.spawn(move || {
                        let mut buffer = vec![0; usize::try_from(STRIDE).expect("64 KiB fits")];
                        let (first, last) = (pieces * worker / workers, pieces * (worker + 1) / workers);
                        let mut counts = Vec::new();
                        let mut at = first * PIECE;
                        while at < (last * PIECE).min(size) {
                            let read = read_at_most(file, &mut buffer, at)?;
                            counts.push(memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64);
                            at += STRIDE;
                        }
                        Ok::<_, io::Error>(counts)
                    })
                })
                .collect();
            let mut counts = Vec::new();
            for handle in handles {
                counts.extend(handle.join().map_err(|_| io::Error::other("counting lines stopped"))??);
            }
            Ok::<_, io::Error>(counts)
        })?;
        let mut before = Vec::with_capacity(counts.len() + 1);
        let mut total = 0;
        for count in counts {
            before.push(total);
            total += count;
        }
        let mut last = [0];
        let ends_with_feed = size > 0 && read_at_most(&file, &mut last, size - 1)? == 1 && last[0] == b'\n';
        Ok(Self { file, size, before, lines: total + u64::from(!ends_with_feed || size == 0) })
    }

    /// How many lines there are; the end of the last line does not begin another one.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The file's size when it was opened.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Up to `count` lines from `first` (1-based).
    ///
    /// # Errors
    /// When the file can't be read any more.
    pub fn page(&self, first: u64, count: u64) -> io::Result<Vec<PageLine>> {
        let mut page = Vec::new();
        self.each_line(first, |_, line, cut| {
            let (text, shown) = show(line);
            page.push(PageLine { text, cut: cut + (line.len() - shown) as u64 });
            page.len() as u64 == count
        })?;
        Ok(page)
    }

    /// Calls `visit` with the number and the shown bytes of each line from `first` on, until it returns true.
    pub(crate) fn each_line(&self, first: u64, mut visit: impl FnMut(u64, &[u8], u64) -> bool) -> io::Result<()> {
        if first == 0 || first > self.lines {
            return Ok(());
        }
        // The last stride that begins on or before the line, then skip the line feeds in between.
        let skip = first - 1;
        let stride = self.before.partition_point(|before| *before <= skip).saturating_sub(1);
        // A stride begins in the middle of a line: that line counts as skipped unless it is the very first byte.
        let mut to_skip = skip - self.before.get(stride).copied().unwrap_or(0);
        let mut at = stride as u64 * STRIDE;
        if to_skip == 0 && at > 0 {
            // The wanted line began before this stride.
            at = self.start_of_line_at(at)?;
        }
        let mut buffer = vec![0; usize::try_from(STRIDE).expect("64 KiB fits")];
        let mut line = Vec::new();
        let mut cut = 0;
        let mut number = first;
        while at < self.size {
            let read = read_at_most(&self.file, &mut buffer, at)?;
            if read == 0 {
                break;
            }
            at += read as u64;
            let mut rest = &buffer[..read];
            while !rest.is_empty() {
                let end = memchr::memchr(b'\n', rest);
                let piece = &rest[..end.unwrap_or(rest.len())];
                if to_skip == 0 {
                    let room = (SHOWN * 4).saturating_sub(line.len());
                    line.extend_from_slice(&piece[..piece.len().min(room)]);
                    cut += piece.len().saturating_sub(room) as u64;
                }
                let Some(end) = end else { break };
                rest = &rest[end + 1..];
                if to_skip > 0 {
                    to_skip -= 1;
                    continue;
                }
                if visit(number, without_cr(&line), cut) {
                    return Ok(());
                }
                number += 1;
                line.clear();
                cut = 0;
            }
        }
        if to_skip == 0 && number <= self.lines {
            visit(number, without_cr(&line), cut);
        }
        Ok(())
    }

    fn start_of_line_at(&self, at: u64) -> io::Result<u64> {
        let mut buffer = vec![0; usize::try_from(STRIDE).expect("64 KiB fits")];
        let mut end = at;
        while end > 0 {
            let start = end.saturating_sub(STRIDE);
            let wanted = usize::try_from(end - start).expect("a stride at most");
            let read = read_at_most(&self.file, &mut buffer[..wanted], start)?;
            if let Some(feed) = memchr::memrchr(b'\n', &buffer[..read]) {
                return Ok(start + feed as u64 + 1);
            }
            end = start;
        }
        Ok(0)
    }
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The characters that are shown, and how many bytes of the line they are.
fn show(line: &[u8]) -> (String, usize) {
    let mut is_latin1 = false;
    let text = match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        // Cut in the middle of a character: all before it is sound.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(&line[..error.valid_up_to()]).into_owned(),
        Err(_) => {
            is_latin1 = true;
            encoding_rs::mem::decode_latin1(line).into_owned()
        }
    };
    let text = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    };
    let shown = if is_latin1 { text.chars().count() } else { text.len() };
    (text, shown)
}

/// Fills as much of `buffer` as the file has from `at` on.
pub(crate) fn read_at_most(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_at(file, &mut buffer[filled..], at + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn large(bytes: &[u8]) -> LargeText {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(bytes).expect("written");
        LargeText::open(file).expect("indexed")
    }

    #[test]
    fn a_page_far_into_a_file_is_what_lines_would_give() {
        let text: String = (1..=200_000).map(|n| format!("line {n} {}\n", "x".repeat(n % 97))).collect();
        let file = large(text.as_bytes());
        assert_eq!(file.lines(), 200_000);
        for first in [1, 2, 700, 1361, 1362, 99_999, 199_998] {
            let page = file.page(first, 3).expect("a page");
            let expected: Vec<String> =
                (first..first + 3).map(|n| format!("line {n} {}", "x".repeat(usize::try_from(n).expect("small") % 97))).collect();
            assert_eq!(page.iter().map(|line| line.text.clone()).collect::<Vec<_>>(), expected, "from {first}");
        }
        assert_eq!(file.page(200_000, 10).expect("the last page").len(), 1);
        assert!(file.page(200_001, 10).expect("past the end").is_empty());
        assert!(file.page(0, 10).expect("no line 0").is_empty());
    }

    #[test]
    fn a_line_of_many_megabytes_is_cut_and_says_by_how_much() {
        let mut bytes = vec![b'a'; 9_000_000];
        bytes.extend_from_slice(b"\nend\n");
        let file = large(&bytes);
        let page = file.page(1, 5).expect("a page");
        assert_eq!(page.len(), 2);
        assert_eq!(page[0].text.len(), SHOWN);
        assert_eq!(page[0].cut, 9_000_000 - SHOWN as u64);
        assert_eq!((page[1].text.as_str(), page[1].cut), ("end", 0));
    }

    #[test]
    fn nothing_of_a_line_is_left_out_without_a_word() {
        let [plain, wide, latin1] = [vec![b'a'; 5000], "é".repeat(4500).into_bytes(), vec![0xe9; 4100]];
        let file = large(&[plain, wide, latin1].join(&b'\n'));
        let cuts: Vec<u64> = file.page(1, 3).expect("a page").iter().map(|line| line.cut).collect();
        assert_eq!(cuts, [1000, 1000, 100], "in bytes");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn pages_agree_with_the_text(lines in proptest::collection::vec("[a-zé]{0,9}", 0..40), feed in any::<bool>(), pad in 0_usize..3) {
            // Strides fall at odd places: pad the beginning to around a stride's length.
            let mut all = vec!["p".repeat(pad * 65_530)];
            all.extend(lines);
            let mut text = all.join("\n");
            // A text that ends with a line feed, or whose last line is empty, has no line after it.
            if feed || all.last().is_some_and(String::is_empty) {
                text.push('\n');
            }
            let file = large(text.as_bytes());
            prop_assert_eq!(file.lines(), all.len() as u64);
            for (index, expected) in all.iter().enumerate().skip(1) {
                let page = file.page(index as u64 + 1, 1).expect("a page");
                prop_assert_eq!(&page[0].text, expected);
            }
        }
    }
}
