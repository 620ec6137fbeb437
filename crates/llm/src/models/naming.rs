//! What models and their files are called.

use super::ModelFacts;

/// Characters of a name that are shown.
const LONGEST_NAME: usize = 80;
/// Why something is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing that could be read.
    #[error("a name needs a letter or a digit")]
    Empty,
    /// Lists have no room for it.
    #[error("a name has at most {LONGEST_NAME} characters; this one has {length}")]
    TooLong {
        /// Characters.
        length: usize,
    },
    /// Line breaks, control characters, or what turns the direction of text around.
    #[error("this name has characters that can't be shown")]
    Unshowable,
}

/// Bytes of a file's name; systems take 255, and endings are added.
const LONGEST_FILE: usize = 180;

/// What there is to say of a model of this size before anybody trusts it.
pub(crate) fn note(facts: &ModelFacts) -> &'static str {
    match facts.parameters {
        0 => "",
        1..500_000_000 => "Tiny: for trying out. Check every sentence.",
        500_000_000..2_000_000_000 => "Small: good for short explanations. Check what it says.",
        _ => "",
    }
}

/// As a model is shown: the name that its file gives it, or its file's name without what only says how it is packed.
pub(crate) fn shown(facts: &ModelFacts, file_name: &str) -> String {
    let given = facts.name.rsplit('/').next().unwrap_or_default();
    let stem = file_name.strip_suffix(".gguf").or_else(|| file_name.strip_suffix(".GGUF")).unwrap_or(file_name);
    let bare = without_quantization(stem, &facts.quantization);
    let chosen = if is_telling(given) { given } else { bare };
    let spaced: String = chosen.chars().map(|c| if c == '-' || c == '_' || c.is_control() { ' ' } else { c }).collect();
    let name: String = spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
    if name.is_empty() { "Model".to_owned() } else { name }
}

/// A name as somebody typed it, without what stands around it.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn typed(name: &str) -> Result<String, BadName> {
    let name = name.trim();
    let length = name.chars().count();
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if length > LONGEST_NAME {
        Err(BadName::TooLong { length })
    } else if name.chars().any(|c| c.is_control() || turns(c)) {
        Err(BadName::Unshowable)
    } else if !name.chars().any(char::is_alphanumeric) {
        Err(BadName::Empty)
    } else {
        Ok(name.to_owned())
    }
}

/// Files are often given the name of the folder they were made in.
fn is_telling(name: &str) -> bool {
    let name = name.trim();
    name.chars().any(char::is_alphabetic)
        && !matches!(name.to_ascii_lowercase().as_str(), "model" | "models" | "hf" | "tmp" | "output" | ".")
}

fn without_quantization<'a>(stem: &'a str, quantization: &str) -> &'a str {
    let (lower, ending) = (stem.to_ascii_lowercase(), quantization.to_ascii_lowercase());
    if !ending.is_empty() && lower.len() == stem.len() && lower.ends_with(&ending) && stem.len() > ending.len() {
        return stem[..stem.len() - ending.len()].trim_end_matches(['-', '.', '_']);
    }
    stem
}

/// A model's file in the folder of models, by the last part of the address it comes from. Never empty, hidden, or elsewhere.
pub(crate) fn file_name(url_path: &str) -> String {
    let last = url_path.rsplit('/').next().unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    let stem = match decoded.len().checked_sub(5) {
        Some(at) if decoded.is_char_boundary(at) && decoded[at..].eq_ignore_ascii_case(".gguf") => &decoded[..at],
        _ => &decoded,
    };
    let tame = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+') { c } else { '_' };
    let stem: String = stem.chars().map(tame).collect::<String>().trim_matches(['.', '_']).chars().take(LONGEST_FILE).collect();
    // Names of devices are no names of files on Windows.
    let device =
        ["con", "prn", "aux", "nul"].iter().any(|device| stem.split('.').next().is_some_and(|first| first.eq_ignore_ascii_case(device)));
    if stem.is_empty() || device { "model.gguf".to_owned() } else { format!("{stem}.gguf") }
}

/// One of several files that only together are a model (`…-00001-of-00003.gguf`).
pub(crate) fn is_one_of_several(file_name: &str) -> bool {
    let stem = file_name.strip_suffix(".gguf").unwrap_or(file_name);
    let mut parts = stem.rsplitn(4, '-');
    let (total, of, number) = (parts.next(), parts.next(), parts.next());
    let digits = |part: Option<&str>| part.is_some_and(|part| part.len() == 5 && part.bytes().all(|byte| byte.is_ascii_digit()));
    of == Some("of") && digits(total) && digits(number) && total != Some("00001")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str, quantization: &str) -> ModelFacts {
        ModelFacts { name: name.to_owned(), quantization: quantization.to_owned(), ..ModelFacts::default() }
    }

    #[test]
    fn models_are_shown_by_name_and_not_by_packing() {
        for (facts, file, shown_as) in [
            (facts("Qwen2.5 Coder 1.5B Instruct", "Q4_K_M"), "x.gguf", "Qwen2.5 Coder 1.5B Instruct"),
            (facts("", "Q4_K_M"), "Qwen2.5-Coder-1.5B-Instruct-Q4_K_M.gguf", "Qwen2.5 Coder 1.5B Instruct"),
            (facts("models", "Q8_0"), "tiny.Q8_0.gguf", "tiny"),
            (facts("/home/me/Llama-3.2-1B", ""), "x.gguf", "Llama 3.2 1B"),
            (facts("", ""), ".gguf", "Model"),
            (facts("", "Q4_0"), "Q4_0.gguf", "Q4 0"),
        ] {
            assert_eq!(shown(&facts, file), shown_as);
        }
        assert!(shown(&facts(&"long ".repeat(100), ""), "x").chars().count() <= LONGEST_NAME);
    }

    #[test]
    fn a_name_that_somebody_types_can_be_read() {
        assert_eq!(typed("  The small one \t"), Ok("The small one".to_owned()));
        assert_eq!(typed("日本 7B"), Ok("日本 7B".to_owned()));
        for nothing in ["", " \n ", "\u{200b}", "…"] {
            assert_eq!(typed(nothing), Err(BadName::Empty), "{nothing:?}");
        }
        assert_eq!(typed(&"é".repeat(80)), Ok("é".repeat(80)));
        assert_eq!(typed(&"é".repeat(81)), Err(BadName::TooLong { length: 81 }));
        for hidden in ["two\nlines", "a\u{7}b", "a\u{202e}b"] {
            assert_eq!(typed(hidden), Err(BadName::Unshowable), "{hidden:?}");
        }
    }

    #[test]
    fn a_file_s_name_stays_in_its_folder() {
        for (path, name) in [
            ("/org/model/resolve/main/Small-Q4_1.gguf", "Small-Q4_1.gguf"),
            ("/a/Small%20model.GGUF", "Small_model.gguf"),
            ("/a/..%2f..%2fetc%2fpasswd", "etc_passwd.gguf"),
            ("/a/%2e%2e", "model.gguf"),
            ("/", "model.gguf"),
            ("", "model.gguf"),
            ("/a/.hidden.gguf", "hidden.gguf"),
            ("/a/con.gguf", "model.gguf"),
            ("/a/model%00.gguf", "model.gguf"),
            ("/a/日本.gguf", "model.gguf"),
        ] {
            assert_eq!(file_name(path), name, "{path}");
        }
        assert!(file_name(&"a".repeat(1000)).len() < 200);
    }

    #[test]
    fn one_of_several_is_known_by_its_name() {
        assert!(is_one_of_several("big-00001-of-00003.gguf"));
        assert!(!is_one_of_several("big-00001-of-00001.gguf"));
        assert!(!is_one_of_several("one-of-many.gguf"));
    }

    #[test]
    fn a_tiny_model_is_called_tiny() {
        assert!(note(&ModelFacts { parameters: 134_515_008, ..ModelFacts::default() }).starts_with("Tiny"));
        assert_eq!(note(&ModelFacts { parameters: 7_000_000_000, ..ModelFacts::default() }), "");
    }
}
