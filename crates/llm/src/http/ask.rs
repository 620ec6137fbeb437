//! One request for an answer, as each kind of server wants it.

use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::{Value, json};

use super::{
    kind::ServerKind,
    piece::Dialect,
    survey::{Survey, in_their_words, template_choices},
};
use crate::Request;

/// OpenAI takes no more; the others are looked for here.
const MOST_STOPS: usize = 4;

/// What a server of OpenAI's protocol turned out not to take. Learnt from its refusals, and kept for the next request.
#[derive(Debug, Default)]
pub(crate) struct Unwanted(AtomicU8);

/// A field that is left out, and the word in the refusal that tells of it.
const FIELDS: [(u8, &str); 5] = [(1, "max_tokens"), (2, "temperature"), (4, "seed"), (8, "stream_options"), (16, "stop")];

impl Unwanted {
    fn has(&self, field: &str) -> bool {
        let known = self.0.load(Ordering::Relaxed);
        FIELDS.iter().any(|(bit, name)| *name == field && known & bit != 0)
    }

    /// Learns from what a server says when it refuses (status 400 or 422). Whether there was something to learn: then it is worth another try.
    pub(crate) fn learn(&self, said: &str) -> bool {
        let lower = said.to_ascii_lowercase();
        let about_a_field = ["unsupported", "not supported", "unrecognized", "unknown", "unexpected", "extra", "not permitted", "instead"]
            .iter()
            .any(|word| lower.contains(word));
        let field = FIELDS.iter().find(|(_, name)| lower.contains(name) && !self.has(name));
        match field {
            Some((bit, _)) if about_a_field => {
                self.0.fetch_or(*bit, Ordering::Relaxed);
                true
            }
            _ => false,
        }
    }
}

/// The words that a server is asked in.
pub(crate) fn dialect(kind: ServerKind) -> Dialect {
    if kind == ServerKind::Ollama { Dialect::Ollama } else { Dialect::OpenAi }
}

/// The body of a request.
pub(crate) fn body(survey: &Survey, model: &str, context: u32, request: &Request, unwanted: &Unwanted) -> Value {
    match survey.kind {
        ServerKind::Ollama => ollama(model, context, request),
        _ => openai(survey, model, request, unwanted),
    }
}

fn ollama(model: &str, context: u32, request: &Request) -> Value {
    json!({
        "model": model,
        "messages": in_their_words(&request.messages),
        "stream": true,
        // Models that think would use up the tokens of the answer.
        "think": false,
        // Newer ones then refuse what does not fit; older ones don't know it, and their count is looked at.
        "truncate": false,
        "shift": false,
        "options": {
            "num_ctx": context,
            "num_predict": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
            "stop": request.stop.iter().filter(|stop| !stop.is_empty()).collect::<Vec<_>>(),
        },
    })
}

fn openai(survey: &Survey, model: &str, request: &Request, unwanted: &Unwanted) -> Value {
    let mut body = json!({
        "model": model,
        "messages": in_their_words(&request.messages),
        "stream": true,
    });
    let limit = if unwanted.has("max_tokens") { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = request.max_tokens.into();
    let stops: Vec<&String> = request.stop.iter().filter(|stop| !stop.is_empty()).take(MOST_STOPS).collect();
    let optional = [
        ("temperature", json!(request.temperature)),
        ("seed", json!(request.seed)),
        ("stream_options", json!({ "include_usage": true })),
        ("stop", json!(stops)),
    ];
    for (name, value) in optional {
        if !unwanted.has(name) && value != json!([]) {
            body[name] = value;
        }
    }
    match (survey.kind, &request.grammar) {
        (ServerKind::LlamaServer, grammar) => {
            body["cache_prompt"] = true.into();
            body["return_progress"] = true.into();
            if let Some(grammar) = grammar {
                body["grammar"] = json!(grammar);
            }
        }
        (ServerKind::Vllm, Some(grammar)) if survey.is_before_structured_outputs() => body["guided_grammar"] = json!(grammar),
        (ServerKind::Vllm, Some(grammar)) => body["structured_outputs"] = json!({ "grammar": grammar }),
        _ => {}
    }
    if matches!(survey.kind, ServerKind::LlamaServer | ServerKind::Vllm) {
        body["chat_template_kwargs"] = template_choices();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_does_not_take_is_left_out_the_next_time() {
        let unwanted = Unwanted::default();
        let request = Request { messages: Vec::new(), max_tokens: 9, stop: Vec::new(), grammar: None, seed: 1, temperature: 0.0 };
        let survey = Survey::default();
        let before = openai(&survey, "m", &request, &unwanted);
        assert_eq!((before["max_tokens"].as_u64(), before.get("stop")), (Some(9), None));
        assert!(
            unwanted.learn("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")
        );
        assert!(unwanted.learn("Unsupported value: 'temperature' does not support 0 with this model."));
        assert!(!unwanted.learn("Unsupported value: 'temperature'"), "only once");
        assert!(!unwanted.learn("max_tokens must be positive"));
        let after = openai(&survey, "m", &request, &unwanted);
        assert_eq!(after["max_completion_tokens"].as_u64(), Some(9));
        assert!(after.get("max_tokens").is_none() && after.get("temperature").is_none() && after.get("seed").is_some(), "{after}");
    }
}
