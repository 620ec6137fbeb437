//! Names and paths in a sentence: found, and looked up in the project.

use crate::Part;

use super::words::identifiers;

/// What the project has, as far as checking asks for it.
pub(crate) trait Known {
    /// Whether the project's code has this identifier.
    fn is_name(&self, name: &str) -> bool;
    /// Whether the version has this file or folder.
    fn is_path(&self, path: &str) -> bool;
    /// Whether `member` is defined inside of `owner`; `None` when `owner` is not defined here or has no members.
    fn has_member(&self, owner: &str, member: &str) -> Option<bool>;
}

/// Words of languages: they may stand in a name beside the project's own.
const LANGUAGE_WORDS: &[&str] = &[
    "Err",
    "None",
    "Ok",
    "Self",
    "Some",
    "bool",
    "char",
    "class",
    "const",
    "crate",
    "def",
    "dyn",
    "enum",
    "f32",
    "f64",
    "false",
    "float",
    "fn",
    "func",
    "i32",
    "i64",
    "impl",
    "int",
    "let",
    "mut",
    "nil",
    "null",
    "pub",
    "ref",
    "self",
    "static",
    "str",
    "struct",
    "super",
    "this",
    "true",
    "u16",
    "u32",
    "u64",
    "u8",
    "undefined",
    "usize",
    "var",
    "void",
];

/// Words that look like code and are none. Lowercase, sorted.
const PROPER_NOUNS: &[&str] = &[
    "bittorrent",
    "devops",
    "docker.io",
    "esbuild",
    "github",
    "gitlab",
    "graphql",
    "ios",
    "ipados",
    "javascript",
    "jquery",
    "latex",
    "linkedin",
    "macos",
    "mcdonald",
    "mysql",
    "next.js",
    "nginx",
    "node.js",
    "nosql",
    "nuxt.js",
    "oauth",
    "openai",
    "opengl",
    "openssl",
    "paypal",
    "phd",
    "postgresql",
    "postscript",
    "powershell",
    "pytorch",
    "restful",
    "sqlite",
    "sveltekit",
    "tensorflow",
    "three.js",
    "typescript",
    "unix",
    "vue.js",
    "webassembly",
    "webgl",
    "webkit",
    "webrtc",
    "websocket",
    "websockets",
    "wordpress",
    "youtube",
];

/// Endings of file names that make a word a path even without a `/`.
const FILE_ENDINGS: &[&str] = &[
    "bash", "c", "cc", "cfg", "conf", "cpp", "cs", "css", "csv", "env", "go", "gradle", "h", "hpp", "html", "ini", "ipynb", "java", "js",
    "json", "jsx", "kt", "lock", "lua", "md", "mjs", "php", "pl", "ps1", "py", "rb", "rs", "rst", "scala", "scss", "sh", "sql", "svelte",
    "svg", "swift", "toml", "ts", "tsx", "txt", "vue", "xml", "yaml", "yml", "zig", "zsh",
];

/// The sentence in parts, without backticks. `evidence` is what the model was shown: what stands there literally is known too.
pub(crate) fn parts(sentence: &str, known: &dyn Known, evidence: &[&str]) -> Vec<Part> {
    let mut made = Parts::default();
    let mut rest = sentence;
    while let Some(at) = rest.find('`') {
        plain(&rest[..at], known, evidence, &mut made);
        let after = &rest[at + 1..];
        match after.find('`') {
            Some(end) => {
                let code = after[..end].trim();
                if !code.is_empty() {
                    made.code(code, is_known(code, known, evidence));
                }
                rest = &after[end + 1..];
            }
            None => rest = after,
        }
    }
    plain(rest, known, evidence, &mut made);
    made.parts
}

/// What stands outside of backticks: words, and what is written like code.
fn plain(text: &str, known: &dyn Known, evidence: &[&str], made: &mut Parts) {
    let mut rest = text;
    while !rest.is_empty() {
        let word_start = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        made.text(&rest[..word_start]);
        rest = &rest[word_start..];
        let word_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (before, core, after) = trimmed(&rest[..word_end]);
        made.text(before);
        if looks_like_code(core) || looks_like_path(core) {
            made.code(core, is_known(core, known, evidence));
        } else {
            made.text(core);
        }
        made.text(after);
        rest = &rest[word_end..];
    }
}

/// A word without the marks around it; `()` of a call stays, as does `--` of an option.
fn trimmed(word: &str) -> (&str, &str, &str) {
    let start = word.find(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '/' | '.')).unwrap_or(word.len());
    let (before, rest) = word.split_at(start);
    let mut end = rest
        .rfind(|c: char| c.is_alphanumeric() || c == '_' || c == '/')
        .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
    if rest[end..].starts_with("()") {
        end += 2;
    }
    let mut core = &rest[..end];
    for owner in ["'s", "’s"] {
        core = core.strip_suffix(owner).unwrap_or(core);
    }
    (before, core, &rest[core.len()..])
}

/// `snake_case`, `camelCase`, `foo()`, `A::b`, `a.b`, `--flag`; not `e.g`, `v1.2` or `GitHub`.
pub(crate) fn looks_like_code(word: &str) -> bool {
    if word.chars().count() < 3 || PROPER_NOUNS.binary_search(&word.to_lowercase().as_str()).is_ok() {
        return false;
    }
    if word.starts_with("--") && word[2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return true;
    }
    let has_letter = word.chars().any(char::is_alphabetic);
    if !has_letter || word.contains("://") || word.contains('@') {
        return false;
    }
    if word.contains("::") || word.ends_with("()") || word.contains("->") || word.starts_with('$') {
        return true;
    }
    let inside_word = |pair: [char; 3]| pair[1] == '_' && pair[0].is_alphanumeric() && pair[2].is_alphanumeric();
    let letters: Vec<char> = word.chars().collect();
    if letters.windows(3).any(|three| inside_word([three[0], three[1], three[2]])) || word.starts_with('_') {
        return true;
    }
    if is_dotted(word) {
        return true;
    }
    let stem = word.strip_suffix('s').unwrap_or(word);
    let one_word = stem.chars().all(char::is_alphanumeric);
    // A plural of letters (`URLs`, `IDs`) and numbers with units (`64kB`) are words.
    let hump = stem.chars().zip(stem.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    one_word && hump && stem.starts_with(char::is_alphabetic) && stem.chars().count() > 3
}

/// `store.get`: identifiers of two letters or more with dots between, not an abbreviation or a version.
fn is_dotted(word: &str) -> bool {
    let identifier = |part: &str| {
        part.chars().count() >= 2
            && part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    word.contains('.') && word.split('.').all(identifier) && !looks_like_path(word)
}

/// `src/sync.rs`, `Cargo.toml`, `./web`; not `and/or`.
pub(crate) fn looks_like_path(word: &str) -> bool {
    let letters = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | '+');
    if word.contains("://")
        || word.contains("//")
        || !word.chars().all(letters)
        || PROPER_NOUNS.binary_search(&word.to_lowercase().as_str()).is_ok()
    {
        return false;
    }
    let last = word.rsplit('/').next().unwrap_or(word);
    let ending = last.rsplit_once('.').map(|(stem, ending)| (stem.trim_start_matches('.'), ending));
    let is_file = ending.is_some_and(|(stem, ending)| !stem.is_empty() && FILE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()));
    is_file
        || ((word.starts_with("./") || word.starts_with("../")) && word.len() > 3)
        || (word.ends_with('/') && word.len() > 2)
        || word.matches('/').count() >= 2
}

/// Whether the project has it: as a path, as text that the model was shown, or by all names that it is made of.
fn is_known(code: &str, known: &dyn Known, evidence: &[&str]) -> bool {
    if known.is_path(code) || stands_in(code, evidence) {
        return true;
    }
    // A path with a line behind it is a path; an address is no name, whatever words of the project it is made of.
    if let Some((path, _)) = path_and_lines(code) {
        return known.is_path(path) || stands_in(path, evidence);
    }
    if looks_like_path(code) || code.contains("://") {
        return false;
    }
    let owners: Vec<&str> = code.trim_end_matches("()").split("::").flat_map(|part| part.split('.')).collect();
    if let [.., owner, member] = owners[..]
        && known.has_member(owner, member) == Some(false)
    {
        return false;
    }
    let names = identifiers(code);
    let own = names.iter().filter(|name| LANGUAGE_WORDS.binary_search(name).is_err());
    names.iter().all(|name| LANGUAGE_WORDS.binary_search(name).is_ok() || known.is_name(name)) && own.count() > 0
}

/// `src/sync.rs:12`, `src/sync.rs:12-20`: the path, and the rest.
fn path_and_lines(code: &str) -> Option<(&str, &str)> {
    let (path, lines) = code.split_once(':')?;
    let is_lines = lines.starts_with(|c: char| c.is_ascii_digit()) && lines.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':'));
    (is_lines && looks_like_path(path)).then_some((path, lines))
}

/// Whether it stands there as a whole: not as a piece of a longer word.
fn stands_in(code: &str, evidence: &[&str]) -> bool {
    let code = code.strip_suffix("()").unwrap_or(code);
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    if !code.contains(|c: char| c.is_alphanumeric()) {
        return false;
    }
    evidence.iter().any(|text| {
        text.match_indices(code).any(|(at, _)| {
            let before = text[..at].chars().next_back().is_some_and(inside) && code.starts_with(inside);
            let after = text[at + code.len()..].chars().next().is_some_and(inside) && code.ends_with(inside);
            !before && !after
        })
    })
}

/// Parts under way: neighbouring words become one.
#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
}

impl Parts {
    fn text(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        if let Some(Part::Text { text }) = self.parts.last_mut() {
            text.push_str(words);
        } else {
            self.parts.push(Part::Text { text: words.to_owned() });
        }
    }

    fn code(&mut self, code: &str, known: bool) {
        let text = code.to_owned();
        self.parts.push(if known { Part::Name { text, citation: None } } else { Part::Unknown { text } });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ferry;

    impl Known for Ferry {
        fn is_name(&self, name: &str) -> bool {
            ["plan", "Syncer", "commit", "write_head", "store", "rs"].contains(&name)
        }
        fn is_path(&self, path: &str) -> bool {
            ["src/sync.rs", "sync.rs", "src"].contains(&path)
        }
        fn has_member(&self, owner: &str, member: &str) -> Option<bool> {
            (owner == "Syncer").then(|| member == "commit")
        }
    }

    fn marked(sentence: &str) -> String {
        let shown = parts(sentence, &Ferry, &["let head = \"HEAD\"; // run git status"]);
        shown
            .into_iter()
            .map(|part| match part {
                Part::Text { text } => text,
                Part::Name { text, .. } => format!("<{text}>"),
                Part::Unknown { text } => format!("~{text}~"),
            })
            .collect()
    }

    #[test]
    fn names_of_the_project_stand_and_others_are_struck() {
        assert_eq!(marked("`plan` calls write_head, then `fetch_all`."), "<plan> calls <write_head>, then ~fetch_all~.");
        assert_eq!(marked("Only Syncer::commit() and Syncer::plan()."), "Only <Syncer::commit()> and ~Syncer::plan()~.");
        assert_eq!(marked("The writeTree helper, plan's store.plan."), "The ~writeTree~ helper, plan's <store.plan>.");
        assert_eq!(marked("`Option<plan>` or `None`"), "~Option<plan>~ or ~None~");
        assert_eq!(marked("Pass --force to `plan(self, true)`."), "Pass ~--force~ to <plan(self, true)>.");
    }

    #[test]
    fn what_stands_in_the_evidence_is_known() {
        assert_eq!(marked("`HEAD` and `git status`, not `HEA` or `stat`"), "<HEAD> and <git status>, not ~HEA~ or ~stat~");
    }

    #[test]
    fn paths_are_looked_up() {
        assert_eq!(marked("See src/sync.rs, (sync.rs) and src/gone.rs."), "See <src/sync.rs>, (<sync.rs>) and ~src/gone.rs~.");
        assert_eq!(marked("`src` and/or `lib/`"), "<src> and/or ~lib/~");
        assert_eq!(marked("`src/sync.rs:12`, `sync.rs:3-9`"), "<src/sync.rs:12>, <sync.rs:3-9>");
    }

    #[test]
    fn paths_and_addresses_made_of_names_are_not_known() {
        assert_eq!(marked("`commit/plan.rs:12` or `store/plan.rs:3-9`"), "~commit/plan.rs:12~ or ~store/plan.rs:3-9~");
        assert_eq!(marked("`plan://store.commit/Syncer`"), "~plan://store.commit/Syncer~");
    }

    #[test]
    fn words_are_words() {
        let words =
            "A JavaScript client, e.g. on GitHub, takes 64 KB or v1.2 of URLs, i.e. an x/y pair (see RFC 7231); it's well-known: foo.";
        assert_eq!(marked(words), words);
        assert_eq!(marked("An unclosed `plan of it"), "An unclosed plan of it");
        assert_eq!(marked("Empty `` marks"), "Empty  marks");
    }

    #[test]
    fn lists_that_are_searched_are_sorted() {
        for list in [LANGUAGE_WORDS, PROPER_NOUNS] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn parts_are_the_sentence_without_its_backticks(sentence in "[a-z_A-Z`.:()/ é'’<>&-]{0,60}") {
            let text: String = parts(&sentence, &Ferry, &[]).into_iter().map(|part| match part {
                Part::Text { text } | Part::Name { text, .. } | Part::Unknown { text } => text,
            }).collect();
            let bare = |text: &str| text.chars().filter(|c| *c != '`' && !c.is_whitespace()).collect::<String>();
            proptest::prop_assert_eq!(bare(&text), bare(&sentence));
        }

        #[test]
        fn any_text_has_parts(sentence in "\\PC*") {
            parts(&sentence, &Ferry, &["é`x"]);
        }
    }
}
