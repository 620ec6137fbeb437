//! What a server's refusals mean, in plain words that hold neither keys nor markup.

use reqwest::StatusCode;
use serde_json::Value;

use crate::{EngineError, keys::ApiKey};

/// Characters of a server's own words that are passed on.
const LONGEST: usize = 300;

/// What makes sense of an answer that is no success.
pub(crate) struct Refusal<'a> {
    pub(crate) status: StatusCode,
    /// The body's beginning.
    pub(crate) body: &'a [u8],
    pub(crate) key: Option<&'a ApiKey>,
    /// What was asked for: tokens of the prompt, of the answer, and of the context as far as it is known.
    pub(crate) asked: Option<(u32, u32, u32)>,
}

impl Refusal<'_> {
    /// The error that stands for it.
    pub(crate) fn error(&self) -> EngineError {
        let said = server_words(self.body, self.key);
        if let Some(error) = self.too_long(&said) {
            return error;
        }
        let with = |plain: &str| if said.is_empty() { format!("{plain}.") } else { format!("{plain}. It says: {said}") };
        match self.status.as_u16() {
            401 | 403 if self.key.is_none() => EngineError::Refused(with("The server wants a key")),
            401 | 403 => EngineError::Refused(with("The server refuses the key")),
            404 => EngineError::Refused(with("The server doesn't know this model, or nothing is at this path")),
            400 | 422 if said.to_ascii_lowercase().contains("grammar") => EngineError::BadGrammar(said),
            429 => EngineError::Busy(with("The server has too much to do")),
            408 | 503 | 529 => EngineError::Busy(with("The server is not ready")),
            status @ 500.. => EngineError::BadAnswer(with(&format!("The server failed (status {status})"))),
            status => EngineError::Refused(with(&format!("The server refuses the request (status {status})"))),
        }
    }

    /// Whether the server says that the prompt does not fit its context, in the words of those that say so.
    fn too_long(&self, said: &str) -> Option<EngineError> {
        if !matches!(self.status.as_u16(), 400 | 413 | 422 | 500) {
            return None;
        }
        let (prompt, wanted, context) = self.asked?;
        if !speaks_of_context(said) {
            return None;
        }
        let inner = json_of(self.body).unwrap_or(Value::Null);
        let number = |name| inner.pointer(&format!("/error/{name}")).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        Some(EngineError::TooLong {
            prompt: number("n_prompt_tokens").unwrap_or(prompt),
            wanted,
            context: number("n_ctx").unwrap_or(context),
        })
    }
}

/// Whether a server's words are about a prompt that does not fit.
pub(crate) fn speaks_of_context(said: &str) -> bool {
    let lower = said.to_ascii_lowercase();
    ["context size", "context length", "context window", "context the overflows", "context overflow"]
        .iter()
        .any(|words| lower.contains(words))
}

/// Whether the same may work a little later.
pub(crate) fn passes(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504 | 529)
}

/// The body as JSON; an error that is itself JSON in a text, as Ollama passes on, is opened.
fn json_of(body: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(body).ok()?;
    match value.get("error").and_then(Value::as_str).map(serde_json::from_str::<Value>) {
        Some(Ok(inner)) if inner.is_object() => Some(inner),
        _ => Some(value),
    }
}

/// What the server says for itself: the message of its JSON, or its text; empty when that is a web page or nothing.
pub(crate) fn server_words(body: &[u8], key: Option<&ApiKey>) -> String {
    let words = match json_of(body) {
        Some(value) => message_of(&value).unwrap_or_default(),
        None => match std::str::from_utf8(body) {
            Ok(text) if !text.trim_start().starts_with(['<', '{', '[']) => text.to_owned(),
            _ => String::new(),
        },
    };
    plain(&words, key)
}

/// The message in an error of any of the known shapes.
pub(crate) fn message_of(value: &Value) -> Option<String> {
    let places = ["/error/message", "/error", "/message", "/detail", "/detail/0/msg", "/errors/0/message"];
    places.iter().find_map(|place| value.pointer(place).and_then(Value::as_str)).map(str::to_owned)
}

/// One bounded line without control characters, markup and keys.
pub(crate) fn plain(text: &str, key: Option<&ApiKey>) -> String {
    let hidden = key.map(|key| text.replace(key.reveal(), "…"));
    let mut line = String::new();
    for word in hidden.as_deref().unwrap_or(text).split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(if looks_like_a_key(word, key) { "…" } else { word });
        if line.len() > LONGEST * 4 {
            break;
        }
    }
    let line: String = line.chars().filter(|c| !matches!(c, '<' | '>')).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Servers like to repeat the key they refuse, shortened or with stars in it.
fn looks_like_a_key(word: &str, key: Option<&ApiKey>) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if ["sk-", "sk_", "gsk_", "hf_", "Bearer"].iter().any(|prefix| word.starts_with(prefix)) {
        return true;
    }
    key.is_some_and(|key| {
        let key = key.reveal();
        let begins = key.get(..6).is_some_and(|start| word.contains(start));
        let ends = key.len() >= 8 && key.get(key.len() - 6..).is_some_and(|end| word.contains(end));
        begins || ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey::new("lantern-0123456789-ferry").expect("a key").expect("not empty")
    }

    #[test]
    fn a_server_s_message_is_found_in_every_known_shape() {
        for body in [
            r#"{"error":{"message":"no such model","type":"x"}}"#,
            r#"{"error":"no such model"}"#,
            r#"{"message":"no such model"}"#,
            r#"{"detail":"no such model"}"#,
            r#"{"detail":[{"msg":"no such model"}]}"#,
            r#"{"error":"{\"error\":{\"message\":\"no such model\"}}"}"#,
            "no such\r\n\tmodel",
        ] {
            assert_eq!(server_words(body.as_bytes(), None), "no such model", "{body}");
        }
        for body in ["<html><body>Sign in</body></html>", "", "{\"x\":1}", "{half"] {
            assert_eq!(server_words(body.as_bytes(), None), "", "{body}");
        }
        assert_eq!(server_words(&[0xff, 0xfe], None), "");
    }

    #[test]
    fn keys_in_a_server_s_words_are_not_passed_on() {
        let key = key();
        for said in [
            "wrong key lantern-0123456789-ferry given",
            "wrong key (lantern-***********ferry) given",
            "wrong key: \"lantern-0123…\" given",
            "wrong key: …456789-ferry given",
        ] {
            let words = plain(said, Some(&key));
            assert!(!words.contains("lantern") && !words.contains("ferry") && words.ends_with("given"), "{words}");
        }
        assert_eq!(plain("Incorrect API key provided: sk-abcd****wxyz.", None), "Incorrect API key provided: …");
    }

    #[test]
    fn a_server_s_words_are_one_bounded_line_without_markup() {
        let long = plain(&"word\n".repeat(10_000), None);
        assert!(long.chars().count() <= LONGEST + 1 && !long.contains('\n'), "{} characters", long.chars().count());
        assert_eq!(plain("a\u{1b}[31m <img src=x>", None), "a [31m img src=x");
    }

    #[test]
    fn a_prompt_that_does_not_fit_is_told_apart_from_other_refusals() {
        let asked = Some((100, 50, 128));
        let bodies = [
            (
                r#"{"error":{"code":400,"message":"request (351 tokens) exceeds the available context size (256 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":351,"n_ctx":256}}"#,
                351,
                256,
            ),
            (
                r#"{"error":"{\"error\":{\"message\":\"exceeds the available context size\",\"n_prompt_tokens\":351,\"n_ctx\":256}}"}"#,
                351,
                256,
            ),
            (r#"{"error":{"message":"This model's maximum context length is 128 tokens."}}"#, 100, 128),
        ];
        for (body, prompt_tokens, context_tokens) in bodies {
            let error = Refusal { status: StatusCode::BAD_REQUEST, body: body.as_bytes(), key: None, asked }.error();
            assert!(
                matches!(error, EngineError::TooLong { prompt, wanted: 50, context } if prompt == prompt_tokens && context == context_tokens),
                "{body}: {error:?}"
            );
        }
        let error = Refusal { status: StatusCode::BAD_REQUEST, body: b"{\"error\":\"bad seed\"}", key: None, asked }.error();
        assert!(matches!(error, EngineError::Refused(_)), "{error:?}");
    }
}
