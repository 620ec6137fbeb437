//! What of the bytes a model wrote may be shown already: whole characters, and nothing that may become a stop word.

/// Bytes on their way to somebody who reads.
pub struct Holding {
    stops: Vec<Vec<u8>>,
    held: Vec<u8>,
}

/// What may be shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whole characters; may be empty.
    pub text: String,
    /// A stop word followed: nothing more is shown.
    pub stopped: bool,
}

impl Holding {
    /// Holds back what begins one of these; empty ones stop nothing.
    pub fn new(stops: &[String]) -> Self {
        Self { stops: stops.iter().filter(|stop| !stop.is_empty()).map(|stop| stop.clone().into_bytes()).collect(), held: Vec::new() }
    }

    /// Takes more bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Shown {
        self.held.extend_from_slice(bytes);
        let first = self.stops.iter().filter_map(|stop| position(&self.held, stop)).min();
        if let Some(at) = first {
            self.held.truncate(at);
            return Shown { text: self.rest(), stopped: true };
        }
        let held_back = self.stops.iter().map(|stop| begun(&self.held, stop)).max().unwrap_or(0);
        let ready = self.held.len() - held_back;
        let ready = ready - unfinished(&self.held[..ready]);
        let text = String::from_utf8_lossy(&self.held[..ready]).into_owned();
        self.held.drain(..ready);
        Shown { text, stopped: false }
    }

    /// What was held back and is no stop word, now that nothing follows. A character that was never finished is left out.
    pub fn rest(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        String::from_utf8_lossy(&held[..held.len() - unfinished(&held)]).into_owned()
    }
}

fn position(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// How many bytes at the end of the text begin the word.
fn begun(text: &[u8], word: &[u8]) -> usize {
    (1..word.len().min(text.len() + 1)).rev().find(|length| text.ends_with(&word[..*length])).unwrap_or(0)
}

/// How many bytes at the end begin a character that is not finished.
fn unfinished(text: &[u8]) -> usize {
    for back in 1..=text.len().min(3) {
        let byte = text[text.len() - back];
        let needed = match byte {
            0x80..=0xBF => continue,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        return if needed > back { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(stops: &[&str], pieces: &[&[u8]]) -> (Vec<String>, bool) {
        let mut holding = Holding::new(&stops.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut texts = Vec::new();
        for piece in pieces {
            let shown = holding.push(piece);
            texts.push(shown.text);
            if shown.stopped {
                return (texts, true);
            }
        }
        texts.push(holding.rest());
        (texts, false)
    }

    #[test]
    fn a_stop_word_is_never_shown_however_it_is_cut() {
        let (texts, stopped) = shown(&["\n\n", "</s>"], &[b"one\n", b"two", b"<", b"/s", b">three"]);
        assert_eq!((texts.concat().as_str(), stopped), ("one\ntwo", true));
    }

    #[test]
    fn what_only_begins_like_a_stop_word_is_shown_in_the_end() {
        let (texts, stopped) = shown(&["</s>"], &[b"a<", b"/", b"b"]);
        assert_eq!((texts, stopped), (vec!["a".into(), String::new(), "</b".into(), String::new()], false));
        assert_eq!(shown(&["</s>"], &[b"a</"]).0.concat(), "a</");
    }

    #[test]
    fn the_first_stop_word_counts() {
        assert_eq!(shown(&["bcd", "cd"], &[b"abcde"]).0.concat(), "a");
        assert_eq!(shown(&["", "x"], &[b"abc"]).0.concat(), "abc");
    }

    #[test]
    fn characters_are_shown_whole() {
        let snowman = "☃".as_bytes();
        let (texts, _) = shown(&[], &[&snowman[..1], &snowman[1..2], &snowman[2..], b"!"]);
        assert_eq!(texts, ["", "", "☃", "!", ""]);
        assert_eq!(shown(&[], &[b"a\xE2\x98"]).0.concat(), "a", "a character that was never finished is left out");
        assert_eq!(shown(&[], &[b"a\xFFb"]).0.concat(), "a\u{FFFD}b");
    }

    #[test]
    fn any_cut_of_a_text_shows_the_same() {
        let text = "né ☃ 🦀 </s".as_bytes();
        for cut in 0..text.len() {
            for other in cut..text.len() {
                assert_eq!(shown(&["</s>"], &[&text[..cut], &text[cut..other], &text[other..]]).0.concat().as_bytes(), text);
            }
        }
    }
}
