//! Text of an answer on its way to whoever asked: without thoughts, ended before a stop word.

/// Where a model's thoughts begin and end when its server leaves them in the text.
const THOUGHTS: (&str, &str) = ("<think>", "</think>");

/// Holds back what may still become a stop word or is a thought, and passes the rest on.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    stops: Vec<&'a str>,
    held: String,
    thoughts: Thoughts,
    /// Bytes passed on.
    passed: usize,
    /// Bytes of thoughts, which are not passed on.
    thought: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thoughts {
    /// The text may begin with some.
    MayCome,
    /// They are being written.
    Written,
    /// The answer itself.
    Over,
}

impl<'a> Text<'a> {
    /// `stop`: the words before which the text ends; empty ones are no words.
    pub(crate) fn new(stop: &'a [String]) -> Self {
        let stops = stop.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        Self { stops, held: String::new(), thoughts: Thoughts::MayCome, passed: 0, thought: 0 }
    }

    /// Bytes passed on so far.
    pub(crate) fn passed(&self) -> usize {
        self.passed
    }

    /// Bytes of thoughts so far.
    pub(crate) fn thought(&self) -> usize {
        self.thought
    }

    /// Takes text as it comes; `false` when a stop word was reached and the rest is not wanted.
    pub(crate) fn take(&mut self, text: &str, pass: &mut dyn FnMut(&str)) -> bool {
        self.held.push_str(text);
        if !self.past_thoughts(false) {
            self.thought += text.len();
            return true;
        }
        let first = self.stops.iter().filter_map(|stop| self.held.find(stop)).min();
        if let Some(end) = first {
            self.pass(end, pass);
            self.held.clear();
            return false;
        }
        let end = self.held.len() - self.stops.iter().map(|stop| overlap(&self.held, stop)).max().unwrap_or(0);
        self.pass(end, pass);
        true
    }

    /// Passes on what was held back in vain.
    pub(crate) fn end(&mut self, pass: &mut dyn FnMut(&str)) {
        if self.past_thoughts(true) {
            self.pass(self.held.len(), pass);
        }
    }

    fn pass(&mut self, end: usize, pass: &mut dyn FnMut(&str)) {
        if end > 0 {
            pass(&self.held[..end]);
            self.passed += end;
            self.held.drain(..end);
        }
    }

    /// Whether what is held belongs to the answer. `over`: nothing more comes.
    fn past_thoughts(&mut self, over: bool) -> bool {
        if self.thoughts == Thoughts::MayCome {
            let start = self.held.trim_start();
            if start.starts_with(THOUGHTS.0) {
                self.thoughts = Thoughts::Written;
            } else if over || !THOUGHTS.0.starts_with(start) {
                self.thoughts = Thoughts::Over;
            }
        }
        if self.thoughts == Thoughts::Written {
            if let Some(end) = self.held.find(THOUGHTS.1) {
                let answer = self.held[end + THOUGHTS.1.len()..].trim_start().to_owned();
                self.held = answer;
                self.thoughts = Thoughts::Over;
            } else {
                // Only a beginning of the closing mark has to be kept.
                let keep = overlap(&self.held, THOUGHTS.1);
                let start = THOUGHTS.0.to_owned();
                self.held = start + &self.held[self.held.len() - keep..];
            }
        }
        self.thoughts == Thoughts::Over
    }
}

/// Bytes at the end of `text` that `word` begins with, fewer than the whole word.
fn overlap(text: &str, word: &str) -> usize {
    word.char_indices().skip(1).map(|(end, _)| end).filter(|end| text.ends_with(&word[..*end])).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(pieces: &[&str], stop: &[&str]) -> (String, bool) {
        let stop: Vec<String> = stop.iter().map(|word| (*word).to_owned()).collect();
        let mut text = Text::new(&stop);
        let mut out = String::new();
        for piece in pieces {
            if !text.take(piece, &mut |part| out.push_str(part)) {
                return (out, true);
            }
        }
        text.end(&mut |part| out.push_str(part));
        (out, false)
    }

    #[test]
    fn nothing_of_a_stop_word_is_passed_on() {
        assert_eq!(written(&["It reads.", "\n", "\n", "More"], &["\n\n"]), ("It reads.".to_owned(), true));
        assert_eq!(written(&["a EN", "D b"], &["END", ""]), ("a ".to_owned(), true));
        assert_eq!(written(&["a EN", "d b"], &["END"]), ("a ENd b".to_owned(), false), "what only looked like one is kept");
        assert_eq!(written(&["one two"], &["two", "one two"]), (String::new(), true), "the first that begins ends the text");
        assert_eq!(written(&["ends with EN"], &["END"]), ("ends with EN".to_owned(), false));
    }

    #[test]
    fn thoughts_before_the_answer_are_not_passed_on() {
        assert_eq!(written(&["<thi", "nk>I wonder", ".\n\n</th", "ink>\n\nIt reads."], &["\n\n"]), ("It reads.".to_owned(), false));
        assert_eq!(written(&["\n<think></think>Yes"], &[]), ("Yes".to_owned(), false));
        assert_eq!(written(&["<think>never done"], &[]), (String::new(), false));
        assert_eq!(written(&["a <think>b</think>"], &[]), ("a <think>b</think>".to_owned(), false), "only at the beginning");
        assert_eq!(written(&["<thin"], &[]), ("<thin".to_owned(), false));
    }

    proptest! {
        #[test]
        fn text_is_the_same_however_it_is_cut(text in "[abé<]{0,30}", stop in "[abé]{1,3}", cuts in prop::collection::vec(0_usize..40, 0..8)) {
            let chars: Vec<char> = text.chars().collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (chars.len() + 1)).collect();
            cuts.sort_unstable();
            let mut pieces: Vec<String> = Vec::new();
            let mut start = 0;
            for cut in cuts {
                pieces.push(chars[start..cut].iter().collect());
                start = cut;
            }
            pieces.push(chars[start..].iter().collect());
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let whole = text.split(stop.as_str()).next().unwrap_or_default();
            let (out, stopped) = written(&pieces, &[&stop]);
            prop_assert_eq!(out, whole);
            prop_assert_eq!(stopped, text.contains(&stop));
        }
    }
}
