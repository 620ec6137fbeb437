//! Which words the text of a file holds, and which of them it seems to declare: found without parsing it.

/// What a word may declare where it stands. The syntax tree has the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declares {
    /// After `fn`, `const` or `type`.
    Member,
    /// Before a colon.
    Field,
    /// Between `impl` and what follows it.
    Implementation,
    /// After `macro_rules!` or `macro`.
    Macro,
    /// After `mod` and before a semicolon.
    Module,
}

/// What is known of a text by its words alone.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Hashes of all its words, ascending.
    words: Box<[u32]>,
    /// Keys of what may be declared, and the byte where the name begins; ascending.
    pub(super) declared: Box<[(u64, u32)]>,
    /// What its `#[path = "…"]` say.
    pub(super) stated: Box<[String]>,
}

/// A word: few of them share one.
pub(super) fn hash(word: &str) -> u32 {
    let folded = word.as_bytes().chunks(8).fold(word.len() as u64, |hash, part| {
        let mut bytes = [0; 8];
        bytes[..part.len()].copy_from_slice(part);
        (hash.rotate_left(5) ^ u64::from_le_bytes(bytes)).wrapping_mul(0x517c_c1b7_2722_0a95)
    });
    (folded >> 32) as u32
}

/// What a declaration of a word is found by.
pub(super) fn key(kind: Declares, word: &str) -> u64 {
    (kind as u64) << 32 | u64::from(hash(word))
}

/// After so many words no `impl` is still about its trait.
const LONGEST_HEAD: u32 = 80;

impl Names {
    /// Goes through a text once.
    pub(super) fn of(text: &str) -> Self {
        let mut reading = Reading { text, ..Reading::default() };
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !is_part(bytes[at]) {
                reading.head = if matches!(bytes[at], b'{' | b'}' | b';') { 0 } else { reading.head };
                at += 1;
                continue;
            }
            let start = at;
            let mut is_plain = true;
            while at < bytes.len() && is_part(bytes[at]) {
                is_plain &= bytes[at].is_ascii();
                at += 1;
            }
            if is_plain {
                reading.word(start, at);
            } else {
                reading.letters(start, at);
            }
        }
        reading.words.sort_unstable();
        reading.words.dedup();
        reading.declared.sort_unstable();
        Self { words: reading.words.into(), declared: reading.declared.into(), stated: reading.stated.into() }
    }

    /// Whether the text holds a word, by its [`hash`]: a few texts that do not are taken for such.
    pub(super) fn holds(&self, hash: u32) -> bool {
        self.words.binary_search(&hash).is_ok()
    }
}

/// Bytes of which words are made, and those of letters beyond ASCII.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[derive(Default)]
struct Reading<'t> {
    text: &'t str,
    words: Vec<u32>,
    declared: Vec<(u64, u32)>,
    stated: Vec<String>,
    /// The word before.
    previous: (usize, usize),
    /// Words that may still name the trait of an `impl`.
    head: u32,
}

impl Reading<'_> {
    /// A run with letters beyond ASCII may be several words, with dashes or quotes between them.
    fn letters(&mut self, start: usize, end: usize) {
        let mut from = None;
        for (index, letter) in self.text[start..end].char_indices().chain([(end - start, ' ')]) {
            match (letter.is_alphanumeric() || letter == '_', from) {
                (true, None) => from = Some(start + index),
                (false, Some(begin)) => {
                    self.word(begin, start + index);
                    from = None;
                }
                _ => {}
            }
        }
    }

    fn word(&mut self, start: usize, end: usize) {
        let text = self.text;
        let word = &text[start..end];
        self.words.push(hash(word));
        let rest = &text.as_bytes()[end..];
        // `r#name` is one name.
        if word == "r" && rest.first() == Some(&b'#') && rest.get(1).is_some_and(|next| is_part(*next)) {
            return;
        }
        let between = text[self.previous.1..start].trim_end_matches("r#");
        let before = &text[self.previous.0..self.previous.1];
        self.previous = (start, end);
        if self.head > 0 {
            self.head -= 1;
            self.add(Declares::Implementation, word, start);
        }
        if between.bytes().all(|byte| byte.is_ascii_whitespace()) {
            match before {
                "fn" | "const" | "type" => self.add(Declares::Member, word, start),
                "mod" if rest.trim_ascii_start().starts_with(b";") => self.add(Declares::Module, word, start),
                "macro" => self.add(Declares::Macro, word, start),
                _ => {}
            }
        } else if before == "macro_rules" && between.trim() == "!" {
            self.add(Declares::Macro, word, start);
        }
        let mut next = rest.iter().skip_while(|byte| byte.is_ascii_whitespace());
        match next.next() {
            Some(b':') if next.next() != Some(&b':') && !between.ends_with(['(', '|', ':']) => self.add(Declares::Field, word, start),
            Some(b'=') if word == "path" => self.stated.extend(stated(&text[end..])),
            _ => {}
        }
        if word == "impl" {
            self.head = LONGEST_HEAD;
        }
    }

    fn add(&mut self, kind: Declares, word: &str, at: usize) {
        self.declared.push((key(kind, word), u32::try_from(at).unwrap_or(u32::MAX)));
    }
}

/// The text in `= "text"`.
fn stated(rest: &str) -> Option<String> {
    let quoted = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['r', '#']).strip_prefix('"')?;
    Some(quoted.split('"').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declares(text: &str, kind: Declares, word: &str) -> Vec<u32> {
        Names::of(text).declared.iter().filter(|(found, _)| *found == key(kind, word)).map(|(_, at)| *at).collect()
    }

    #[test]
    fn words_are_found_whatever_is_around_them() {
        let names = Names::of("// a dash\u{2014}word, \u{fc}ber \"inner_1\" r#raw 'life");
        for word in ["dash", "word", "\u{fc}ber", "inner_1", "raw", "life"] {
            assert!(names.holds(hash(word)), "{word}");
        }
        assert!(!names.holds(hash("inner")));
    }

    #[test]
    fn what_may_be_declared_is_found_by_the_word_before_or_the_colon_after() {
        let text = "struct S { size : u8, r#type: u8 }\nimpl<T: Into<u8>> a::Shape<T> for S { fn\n area(&self) {} const r#N: u8 = 0; }";
        let at = |word: &str| vec![u32::try_from(text.find(word).expect("it is there")).expect("short")];
        assert_eq!(declares(text, Declares::Field, "size"), at("size"));
        assert_eq!(declares(text, Declares::Field, "type"), at("type"));
        assert_eq!(declares(text, Declares::Member, "area"), at("area"));
        assert_eq!(declares(text, Declares::Member, "N"), at("N:"));
        assert_eq!(declares(text, Declares::Implementation, "Shape"), at("Shape"));
        assert!(declares(text, Declares::Implementation, "area").is_empty());
        assert_eq!(declares("macro_rules! make { () => {} }", Declares::Macro, "make"), [13]);
        assert_eq!(declares("pub mod inner;", Declares::Module, "inner"), [8]);
        assert!(declares("a::b", Declares::Field, "a").is_empty());
        assert_eq!(*Names::of("#[path = \"x/y.rs\"] mod z;").stated, ["x/y.rs".to_owned()]);
    }
}
