//! Turns what a program prints into clean lines.

use crate::LINE_BYTES;

/// Longer escape sequences than this are not believed to be any.
const SEQUENCE_BYTES: usize = 4 * 1024;

/// Takes bytes as they are printed and gives lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    line: Vec<u8>,
    state: State,
    /// Bytes of the escape sequence so far.
    sequence: usize,
    /// A carriage return stands at the end: what comes next writes over the line, unless it is the line's end.
    returned: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// ESC, then what says that a final byte follows.
    Intermediate,
    /// `ESC [`, to a final byte.
    Control,
    /// `ESC ]` and the like, to BEL or `ESC \`.
    Message,
    /// ESC within those.
    MessageEscape,
}

impl Lines {
    /// Takes what was printed next; each line that it ends is told.
    pub fn take(&mut self, bytes: &[u8], tell: &mut impl FnMut(String)) {
        for &byte in bytes {
            if self.state != State::Text && self.is_inside(byte) {
                continue;
            }
            match byte {
                b'\n' => {
                    self.returned = false;
                    tell(self.finish(self.line.len()));
                }
                b'\r' => self.returned = true,
                0x1b => (self.state, self.sequence) = (State::Escape, 0),
                0x00..=0x08 | 0x0b..=0x1f | 0x7f => {}
                byte => {
                    if std::mem::take(&mut self.returned) {
                        self.line.clear();
                    }
                    self.line.push(byte);
                    if self.line.len() == LINE_BYTES {
                        tell(self.finish(whole_characters(&self.line)));
                    }
                }
            }
        }
    }

    /// Whether something was printed since the last end of a line.
    pub fn is_unfinished(&self) -> bool {
        !self.line.is_empty()
    }

    /// Gives up waiting for the end of a line.
    pub fn flush(&mut self, tell: &mut impl FnMut(String)) {
        if self.is_unfinished() {
            self.returned = false;
            tell(self.finish(self.line.len()));
        }
    }

    fn finish(&mut self, length: usize) -> String {
        let text = String::from_utf8_lossy(&self.line[..length]).into_owned();
        self.line.drain(..length);
        text
    }

    /// Steps through an escape sequence. False for a byte that is not part of it.
    fn is_inside(&mut self, byte: u8) -> bool {
        self.sequence += 1;
        // Nothing that was cut off may swallow the lines after it.
        if matches!(byte, b'\n' | b'\r') || self.sequence > SEQUENCE_BYTES {
            self.state = State::Text;
            return false;
        }
        self.state = match (self.state, byte) {
            (State::Message, 0x07) => State::Text,
            (State::Message, 0x1b) => State::MessageEscape,
            (State::Message, _) => State::Message,
            // A new sequence begins within an unfinished one.
            (_, 0x1b) => State::Escape,
            (State::MessageEscape, b'\\') => State::Text,
            (State::Escape | State::MessageEscape, b'[') => State::Control,
            (State::Escape | State::MessageEscape, b']' | b'P' | b'X' | b'^' | b'_') => State::Message,
            (State::Escape | State::MessageEscape | State::Intermediate, 0x20..=0x2f) => State::Intermediate,
            (State::Control, 0x20..=0x3f) => State::Control,
            // A letter ends it; what can't be part of a sequence ends it too, and is text.
            (_, 0x30..=0x7e) => State::Text,
            (_, 0x00..=0x1f) => self.state,
            (_, _) => {
                self.state = State::Text;
                return false;
            }
        };
        true
    }
}

/// How many bytes from the start are whole characters: a character that is cut off at the end stays for the next line.
fn whole_characters(line: &[u8]) -> usize {
    match std::str::from_utf8(&line[line.len().saturating_sub(4)..]) {
        Ok(_) => line.len(),
        Err(_) => match line.iter().rposition(|byte| byte & 0xc0 != 0x80) {
            Some(lead) if line.len() - lead < 4 && line.len() - lead < width(line[lead]) => lead,
            _ => line.len(),
        },
    }
}

fn width(lead: u8) -> usize {
    match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `bytes`, whatever pieces they come in.
    fn lines(bytes: &[u8]) -> Vec<String> {
        let read = |size: usize| {
            let (mut lines, mut told) = (Lines::default(), Vec::new());
            for piece in bytes.chunks(size) {
                lines.take(piece, &mut |line| told.push(line));
            }
            lines.flush(&mut |line| told.push(line));
            told
        };
        let whole = read(bytes.len().max(1));
        for size in [1, 2, 3, 7] {
            assert_eq!(read(size), whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn lines_end_as_on_any_system_and_the_last_needs_no_end() {
        assert_eq!(lines(b"one\ntwo\r\n\nthree"), ["one", "two", "", "three"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn escape_sequences_are_gone() {
        assert_eq!(lines(b"\x1b[1;32mready\x1b[0m in \x1b[38;2;1;2;3m5\x1b[m ms\n"), ["ready in 5 ms"]);
        assert_eq!(lines(b"\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n"), ["alink"]);
        assert_eq!(lines(b"\x1b(Ba\x1b7b\x1b=c\x1bPq#0\x1b\\d\n"), ["abcd"]);
        assert_eq!(lines(b"\x1b[2K\x1b[1A\x1b[?25lx\n"), ["x"]);
        assert_eq!(lines(b"a\x08\x07\x00b\tc\x7f\n"), ["ab\tc"]);
    }

    #[test]
    fn a_sequence_that_never_ends_swallows_no_line() {
        assert_eq!(lines(b"\x1b]0;cut off\nnext\n"), ["", "next"]);
        assert_eq!(lines(b"\x1b[12\nnext\n"), ["", "next"]);
        let mut endless = b"\x1b]".to_vec();
        endless.extend(vec![b'x'; SEQUENCE_BYTES + 10]);
        assert_eq!(lines(&endless), ["x".repeat(11)], "the bracket counts too");
        assert_eq!(lines("\x1b[3é\n".as_bytes()), ["é"], "a letter of another alphabet is text");
    }

    #[test]
    fn of_a_line_that_is_written_over_the_last_state_is_told() {
        assert_eq!(lines(b"10 %\r50 %\r100 %\ndone\n"), ["100 %", "done"]);
        assert_eq!(lines(b"10 %\r\x1b[K50 %\r\r\n"), ["50 %"]);
    }

    #[test]
    fn what_is_not_utf8_is_replaced() {
        assert_eq!(lines(b"caf\xe9 \xff\xfe\n"), ["caf\u{fffd} \u{fffd}\u{fffd}"]);
    }

    #[test]
    fn long_lines_come_in_parts_and_no_character_is_cut() {
        let text = "é€😀x".repeat(5_000);
        let parts = lines(text.as_bytes());
        assert_eq!(parts.concat(), text);
        assert!(
            parts.len() > 6
                && parts.iter().all(|part| part.len() <= LINE_BYTES && part.len() > LINE_BYTES - 4 || part == parts.last().expect("one"))
        );
        let garbage = vec![0x80; 3 * LINE_BYTES];
        assert_eq!(lines(&garbage).len(), 3);
    }
}
