//! Words of sentences and of code, brought to a form in which they can be compared.

use std::collections::BTreeSet;

/// Words that say nothing about what a sentence is about, and those that are true of all code. Stems, sorted.
const STOP_WORDS: &[&str] = &[
    "a",
    "able",
    "about",
    "abov",
    "after",
    "again",
    "all",
    "also",
    "an",
    "and",
    "any",
    "ar",
    "as",
    "at",
    "b",
    "be",
    "becaus",
    "been",
    "befor",
    "below",
    "between",
    "both",
    "but",
    "by",
    "c",
    "call",
    "can",
    "class",
    "cod",
    "contain",
    "could",
    "d",
    "defin",
    "definit",
    "do",
    "don",
    "e",
    "each",
    "either",
    "els",
    "etc",
    "for",
    "from",
    "function",
    "g",
    "get",
    "giv",
    "ha",
    "had",
    "hav",
    "her",
    "how",
    "i",
    "if",
    "implement",
    "in",
    "includ",
    "into",
    "is",
    "it",
    "just",
    "known",
    "ma",
    "mak",
    "may",
    "method",
    "modul",
    "mor",
    "most",
    "must",
    "nam",
    "need",
    "new",
    "no",
    "not",
    "of",
    "on",
    "one",
    "only",
    "or",
    "oth",
    "other",
    "out",
    "own",
    "piec",
    "project",
    "provid",
    "re",
    "result",
    "return",
    "s",
    "same",
    "se",
    "see",
    "set",
    "should",
    "so",
    "som",
    "struct",
    "such",
    "t",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "ther",
    "thes",
    "they",
    "thi",
    "thing",
    "this",
    "those",
    "through",
    "to",
    "too",
    "typ",
    "up",
    "us",
    "use",
    "used",
    "user",
    "using",
    "valu",
    "variabl",
    "variou",
    "very",
    "wa",
    "want",
    "was",
    "way",
    "we",
    "well",
    "wer",
    "were",
    "what",
    "when",
    "wher",
    "whether",
    "which",
    "whil",
    "who",
    "why",
    "will",
    "with",
    "within",
    "without",
    "would",
    "you",
    "your",
];

/// Words without endings and stop words, lowercase; names are split into the words that they are made of.
pub(crate) fn content_words(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    each_word(text, |word| {
        let stem = stem(word);
        if stem.len() >= 2 && STOP_WORDS.binary_search(&stem.as_str()).is_err() && !stem.chars().all(|c| c.is_ascii_digit()) {
            all.insert(stem);
        }
    });
    all
}

/// All words in their order, without endings, stop words too.
pub(crate) fn all_words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    each_word(text, |word| all.push(stem(word)));
    all
}

/// Whether two stems are of one word: the same, or the longer begins with the shorter (`indent`, `indentation`).
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short == long || (short.len() >= 4 && long.starts_with(short))
}

/// Identifiers as they are written, of two letters or more: `plan`, `SyncError`, `read_all`.
pub(crate) fn identifiers(text: &str) -> BTreeSet<&str> {
    let letters = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.split(|c| !letters(c)).filter(|word| word.chars().nth(1).is_some() && !word.starts_with(|c: char| c.is_ascii_digit())).collect()
}

/// Splits at everything that is no letter or digit, and where humps begin (`syncFolder`, `HTTPServer`).
fn each_word(text: &str, mut found: impl FnMut(&str)) {
    let mut start = None;
    let mut before: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, letter)) = chars.next() {
        if !letter.is_alphanumeric() {
            if let Some(start) = start.take() {
                found(&text[start..at]);
            }
            before = None;
            continue;
        }
        let next_is_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        let hump = letter.is_uppercase() && before.is_some_and(|before| before.is_lowercase() || (before.is_uppercase() && next_is_lower));
        if let Some(from) = start.filter(|_| hump) {
            found(&text[from..at]);
            start = None;
        }
        start.get_or_insert(at);
        before = Some(letter);
    }
    if let Some(start) = start {
        found(&text[start..]);
    }
}

/// A word without its ending, lowercase. Light: it only has to bring together what a sentence and code call the same thing.
pub(crate) fn stem(word: &str) -> String {
    let mut word = word.to_lowercase();
    if !word.is_ascii() || word.len() < 4 {
        return word;
    }
    for (ending, instead) in
        [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("shes", "sh"), ("ches", "ch"), ("ss", "ss"), ("us", "us"), ("s", "")]
    {
        if let Some(start) = word.strip_suffix(ending) {
            word = format!("{start}{instead}");
            break;
        }
    }
    for ending in ["ingly", "edly", "ing", "ed", "ly", "er", "or"] {
        if let Some(start) = word.strip_suffix(ending).filter(|start| start.len() >= 3 && start.contains(['a', 'e', 'i', 'o', 'u', 'y'])) {
            let mut start = start.to_owned();
            let doubled = start.as_bytes().windows(2).next_back().is_some_and(|pair| pair[0] == pair[1] && !b"lsz".contains(&pair[0]));
            if doubled {
                start.pop();
            }
            word = start;
            break;
        }
    }
    if word.len() > 3 && word.ends_with('e') {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for forms in [
            &["sync", "syncs", "synced", "syncing"][..],
            &["hash", "hashes", "hashed", "hashing"],
            &["plan", "plans", "planned", "planning", "planner"],
            &["compare", "compares", "compared", "comparing"],
            &["store", "stores", "stored", "storing"],
            &["entry", "entries"],
            &["process", "processes", "processing"],
        ] {
            let stems: BTreeSet<_> = forms.iter().map(|form| stem(form)).collect();
            assert_eq!(stems.len(), 1, "{forms:?} gave {stems:?}");
        }
        assert_ne!(stem("status"), stem("stat"));
    }

    #[test]
    fn stop_words_are_stems_and_sorted() {
        for pair in STOP_WORDS.windows(2) {
            assert!(pair[0] < pair[1], "{} stands before {}", pair[0], pair[1]);
        }
        for word in ["the", "functions", "returns", "this", "uses", "values", "contains", "code", "called"] {
            assert_eq!(content_words(word), BTreeSet::new(), "{word} says nothing");
        }
    }

    #[test]
    fn names_are_made_of_words() {
        let words: Vec<_> = content_words("HTTPServer syncFolder read_all `Tree::walk`").into_iter().collect();
        assert_eq!(words, ["fold", "http", "read", "serv", "sync", "tre", "walk"]);
        assert_eq!(identifiers("fn read_all(x: &Tree) -> 42u8").into_iter().collect::<Vec<_>>(), ["Tree", "fn", "read_all"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_words(text in "\\PC*") {
            content_words(&text);
            all_words(&text);
            identifiers(&text);
        }
    }
}
