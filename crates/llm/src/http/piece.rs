//! What one event of an answer says, in OpenAI's words or in Ollama's.

use serde_json::Value;

use super::refusal::{message_of, plain};
use crate::{EngineError, Reason, keys::ApiKey};

/// Whose words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `chat.completion.chunk`, and a whole `chat.completion`.
    OpenAi,
    /// Ollama's own `/api/chat`.
    Ollama,
}

/// What one event adds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// The server says why writing ended.
    pub(crate) reason: Option<Reason>,
    /// Nothing comes after it.
    pub(crate) last: bool,
    pub(crate) counts: Counts,
    /// Of the prompt's tokens, how many are read, and how many there are.
    pub(crate) reading: Option<(u32, u32)>,
}

/// What the server counted and timed.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Counts {
    pub(crate) prompt: Option<u32>,
    pub(crate) reused: Option<u32>,
    pub(crate) generated: Option<u32>,
    pub(crate) prompt_ms: Option<f64>,
    pub(crate) generate_ms: Option<f64>,
}

impl Counts {
    /// Takes over what `later` knows.
    pub(crate) fn update(&mut self, later: Self) {
        self.prompt = later.prompt.or(self.prompt);
        self.reused = later.reused.or(self.reused);
        self.generated = later.generated.or(self.generated);
        self.prompt_ms = later.prompt_ms.or(self.prompt_ms);
        self.generate_ms = later.generate_ms.or(self.generate_ms);
    }
}

impl Piece {
    /// Reads one event.
    ///
    /// # Errors
    /// When it can't be understood, or is the server's own error.
    pub(crate) fn read(data: &str, dialect: Dialect, key: Option<&ApiKey>) -> Result<Self, EngineError> {
        if data.trim() == "[DONE]" {
            return Ok(Self { last: true, ..Self::default() });
        }
        let value: Value = serde_json::from_str(data).ok().filter(Value::is_object).ok_or_else(|| {
            EngineError::BadAnswer("The server sends something that can't be understood in the middle of its answer.".to_owned())
        })?;
        if value.get("error").is_some_and(|error| !error.is_null()) {
            let said = plain(&message_of(&value).unwrap_or_default(), key);
            return Err(EngineError::BadAnswer(if said.is_empty() {
                "The server failed in the middle of its answer.".to_owned()
            } else {
                format!("The server failed in the middle of its answer. It says: {said}")
            }));
        }
        match dialect {
            Dialect::OpenAi => Self::openai(&value),
            Dialect::Ollama => Self::ollama(&value),
        }
    }

    fn openai(value: &Value) -> Result<Self, EngineError> {
        let choice = value.pointer("/choices/0");
        let said = choice.and_then(|choice| choice.get("delta").or_else(|| choice.get("message")));
        let text = said.and_then(|said| said.get("content")).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reason = match choice.and_then(|choice| choice.get("finish_reason")).and_then(Value::as_str) {
            None | Some("") => None,
            Some("stop" | "eos" | "end_turn" | "stop_sequence") => Some(Reason::Complete),
            Some("length" | "max_tokens") => Some(Reason::Length),
            Some("content_filter") => return Err(withheld()),
            Some(other) => {
                return Err(EngineError::BadAnswer(format!(
                    "The server ended its answer for a reason of its own: {}.",
                    plain(other, None)
                )));
            }
        };
        let progress = value.get("prompt_progress");
        let reading = progress.and_then(|progress| Some((number(progress, "/processed")?, number(progress, "/total")?)));
        let counts = Counts {
            prompt: number(value, "/usage/prompt_tokens"),
            reused: number(value, "/usage/prompt_tokens_details/cached_tokens").or_else(|| number(value, "/timings/cache_n")),
            generated: number(value, "/usage/completion_tokens"),
            prompt_ms: value.pointer("/timings/prompt_ms").and_then(Value::as_f64),
            generate_ms: value.pointer("/timings/predicted_ms").and_then(Value::as_f64),
        };
        Ok(Self { text, reason, last: false, counts, reading })
    }

    fn ollama(value: &Value) -> Result<Self, EngineError> {
        let text = value.pointer("/message/content").and_then(Value::as_str).unwrap_or_default().to_owned();
        let done = value.get("done").and_then(Value::as_bool).unwrap_or(false);
        let reason = match (done, value.get("done_reason").and_then(Value::as_str)) {
            (false, _) => None,
            (true, Some("length")) => Some(Reason::Length),
            (true, _) => Some(Reason::Complete),
        };
        let milliseconds = |name: &str| value.get(name).and_then(Value::as_f64).map(|nanoseconds| nanoseconds / 1e6);
        let counts = Counts {
            prompt: number(value, "/prompt_eval_count"),
            reused: None,
            generated: number(value, "/eval_count"),
            prompt_ms: milliseconds("prompt_eval_duration"),
            generate_ms: milliseconds("eval_duration"),
        };
        Ok(Self { text, reason, last: done, counts, reading: None })
    }
}

fn withheld() -> EngineError {
    EngineError::BadAnswer("The server withheld its answer: its content filter did not like it.".to_owned())
}

fn number(value: &Value, place: &str) -> Option<u32> {
    let number = value.pointer(place)?;
    let whole = number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))?;
    u32::try_from(whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openai(data: &str) -> Result<Piece, EngineError> {
        Piece::read(data, Dialect::OpenAi, None)
    }

    #[test]
    fn text_reason_and_counts_are_read_from_both_dialects() {
        let piece =
            openai(r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"Reads é"},"finish_reason":null}],"usage":null}"#);
        assert_eq!(piece.expect("a piece"), Piece { text: "Reads é".to_owned(), ..Piece::default() });
        let piece = openai(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#).expect("a piece");
        assert_eq!((piece.reason, piece.last), (Some(Reason::Length), false));
        let piece =
            openai(r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8}}}"#);
        assert_eq!(piece.expect("a piece").counts, Counts { prompt: Some(12), reused: Some(8), generated: Some(3), ..Counts::default() });
        assert!(openai("[DONE]").expect("the end").last);
        let piece = Piece::read(
            r#"{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":2,"eval_duration":3000000}"#,
            Dialect::Ollama,
            None,
        );
        let piece = piece.expect("a piece");
        assert_eq!(
            (piece.reason, piece.last, piece.counts.prompt, piece.counts.generate_ms),
            (Some(Reason::Complete), true, Some(7), Some(3.0))
        );
    }

    #[test]
    fn garbage_and_the_server_s_own_errors_are_bad_answers() {
        for data in ["", "hello", "[1,2]", "{\"choices\":", "null", "{\"error\":{\"message\":\"out of memory\"}}", "{\"error\":\"oops\"}"] {
            assert!(matches!(openai(data), Err(EngineError::BadAnswer(_))), "{data:?}");
        }
        let told = openai(r#"{"error":{"message":"out of memory"}}"#).expect_err("an error").to_string();
        assert!(told.contains("out of memory"), "{told}");
        assert!(matches!(openai(r#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#), Err(EngineError::BadAnswer(_))));
        assert!(matches!(openai(r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#), Err(EngineError::BadAnswer(_))));
    }

    #[test]
    fn what_a_model_only_thinks_is_no_text() {
        let piece = openai(r#"{"choices":[{"delta":{"reasoning_content":"hmm","content":null}}]}"#).expect("a piece");
        assert_eq!(piece.text, "");
    }
}
