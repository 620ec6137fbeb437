//! Room for files that are nested deeply.

/// More brackets within each other than any code has.
const MOST_BRACKETS: usize = 1_500;
/// More prefixes in a row than any code has.
const MOST_PREFIXES: usize = 3_000;

/// More branches than any code has that is read by people.
const MOST_BRANCHES: usize = 30_000;
/// Words that may stand before each other without end.
const PREFIXES: [&[u8]; 10] = [b"typeof", b"void", b"delete", b"await", b"new", b"yield", b"async", b"keyof", b"readonly", b"infer"];

/// Whether a parser that descends would need more room than there is.
pub(super) fn is_too_deep(text: &str) -> bool {
    let (mut brackets, mut prefixes, mut branches) = (0_usize, 0_usize, 0_usize);
    let bytes = text.as_bytes();
    let mut word_start = None;
    for (at, byte) in bytes.iter().copied().enumerate() {
        match (byte.is_ascii_alphabetic(), word_start) {
            (true, None) => word_start = Some(at),
            (false, Some(start)) => {
                word_start = None;
                let word = &bytes[start..at];
                prefixes += usize::from(PREFIXES.contains(&word));
                branches += usize::from(word == b"else");
            }
            _ => {}
        }
        match byte {
            b'(' | b'[' | b'{' | b'<' => brackets += 1,
            b')' | b']' | b'}' | b'>' => brackets = brackets.saturating_sub(1),
            // `<` is an operator, too: a statement's end closes what was never a bracket.
            b';' => brackets = brackets.min(MOST_BRACKETS / 2),
            _ => {}
        }
        match byte {
            b'!' | b'~' | b'+' | b'-' | b'=' | b'>' | b'?' | b':' => prefixes += 1,
            b';' | b'{' | b',' => prefixes = 0,
            // A line's end may end a statement, where something stands before it.
            b'\n' if ends_statement(&bytes[..at]) => prefixes = 0,
            _ => {}
        }
        if brackets > MOST_BRACKETS || prefixes > MOST_PREFIXES || branches > MOST_BRANCHES {
            return true;
        }
    }
    false
}

/// Whether a line's end may end a statement: something stands before it that is no prefix.
fn ends_statement(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let ends = before.last().is_some_and(|last| last.is_ascii_alphanumeric() || b")]}\"'`_$".contains(last));
    ends && !PREFIXES.iter().any(|word| before.ends_with(word))
}

/// Runs where there is room to descend; `None` when there is none, or the work panicked.
pub(super) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    const ROOM: usize = 512 << 20;
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work).ok()?;
        worker.join().ok()
    })
}
