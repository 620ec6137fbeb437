//! Asking an address what answers there, which models it has, and how much context they take.

use reqwest::Method;
use serde_json::{Value, json};

use super::{kind::ServerKind, transport::Transport};
use crate::{EngineError, Message, Role};

/// Models of one server that are listed.
const MOST_MODELS: usize = 1000;
/// Bytes of a model's name.
const LONGEST_NAME: usize = 300;

/// What answers at an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    pub(crate) kind: ServerKind,
    /// Names of the models it can be asked for; empty when it doesn't list them.
    pub(crate) models: Vec<String>,
    pub(crate) version: Option<String>,
    /// What it said in that answer from which contexts are read.
    facts: Value,
}

/// What one model of a server takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Tokens that the server takes; `None` when it doesn't say.
    pub(crate) context: Option<u32>,
    /// Tokens that the model was trained for; `None` when the server doesn't say.
    pub(crate) trained: Option<u32>,
}

/// Asks what answers there. Each kind is told by an answer that only it gives.
///
/// # Errors
/// When nothing answers, or wants a key, or it is no model server at all.
pub(crate) async fn survey(transport: &Transport) -> Result<Survey, EngineError> {
    let address = &transport.address;
    let get = |url| transport.call(Method::GET, url, None);
    let (models, tags, studio, props, version) = tokio::join!(
        get(address.call("models")),
        get(address.native("api/tags")),
        get(address.native("api/v0/models")),
        get(address.native("props")),
        get(address.native("version")),
    );
    let listed = models.as_ref().ok().map(names_of_openai).unwrap_or_default();
    if let Some(names) = tags.ok().as_ref().and_then(names_of_ollama) {
        let version = get(address.native("api/version")).await.ok().as_ref().and_then(version_of);
        return Ok(Survey { kind: ServerKind::Ollama, models: names, version, facts: Value::Null });
    }
    if let Some((names, facts)) = studio.ok().and_then(|studio| Some((names_of_studio(&studio)?, studio))) {
        return Ok(Survey { kind: ServerKind::LmStudio, models: names, version: None, facts });
    }
    if let Some(facts) = props.ok().filter(|props| props.get("default_generation_settings").is_some_and(Value::is_object)) {
        return Ok(Survey { kind: ServerKind::LlamaServer, models: listed, version: None, facts });
    }
    let models = match models {
        Ok(models) => models,
        // Servers need not list their models; whether this one answers is seen when it is asked.
        Err(EngineError::Refused(said)) if said.starts_with("The server doesn't know") => return Ok(Survey::default()),
        Err(error) => return Err(error),
    };
    let Some(entries) = models.get("data").and_then(Value::as_array) else {
        return Err(EngineError::BadAnswer(format!("{} answers, but not as a server of models does.", address.origin())));
    };
    let is_vllm = entries.iter().any(|entry| entry.get("owned_by").and_then(Value::as_str) == Some("vllm"));
    let kind = if is_vllm { ServerKind::Vllm } else { ServerKind::Other };
    let version = version.ok().as_ref().and_then(version_of).filter(|_| is_vllm);
    Ok(Survey { kind, models: listed, version, facts: models })
}

impl Survey {
    /// Whether the server has a model of this name, as far as it says.
    pub(crate) fn has(&self, model: &str) -> bool {
        // llama-server answers for its one model, whatever it is called; others may list only some.
        if self.models.is_empty() || matches!(self.kind, ServerKind::LlamaServer | ServerKind::Other) {
            return true;
        }
        self.models.iter().any(|name| name == model || (self.kind == ServerKind::Ollama && *name == format!("{model}:latest")))
    }

    /// How much the model takes.
    pub(crate) async fn reach(&self, transport: &Transport, model: &str) -> Result<Reach, EngineError> {
        match self.kind {
            ServerKind::Ollama => ollama_reach(transport, model).await,
            ServerKind::LmStudio => {
                let entry = entry(&self.facts, model);
                let trained = entry.and_then(|entry| tokens(entry, "max_context_length"));
                Ok(Reach { context: entry.and_then(|entry| tokens(entry, "loaded_context_length")), trained })
            }
            ServerKind::LlamaServer => {
                let context = self.facts.get("default_generation_settings").and_then(|settings| tokens(settings, "n_ctx"));
                Ok(Reach { context, trained: None })
            }
            ServerKind::Vllm | ServerKind::Other => {
                let entry = entry(&self.facts, model);
                let names = ["max_model_len", "context_length", "context_window", "max_context_length"];
                Ok(Reach { context: entry.and_then(|entry| names.iter().find_map(|name| tokens(entry, name))), trained: None })
            }
        }
    }

    /// Whether vLLM is older than its `structured_outputs`.
    pub(crate) fn is_before_structured_outputs(&self) -> bool {
        self.is_before(11)
    }

    /// Whether its count of a prompt's tokens leaves out those it remembered: what Ollama did until it ran models itself.
    pub(crate) fn counts_only_what_is_new(&self) -> bool {
        self.kind == ServerKind::Ollama && self.is_before(5)
    }

    /// Whether the version is below `0.minor`. Unknown ones are new.
    fn is_before(&self, wanted: u32) -> bool {
        let mut parts = self.version.iter().flat_map(|version| version.split('.')).map_while(|part| part.parse::<u32>().ok());
        matches!((parts.next(), parts.next()), (Some(0), Some(minor)) if minor < wanted)
    }
}

/// Ollama's context is what its model file says, or what the loaded model has. Without either we choose, and say so in each request.
async fn ollama_reach(transport: &Transport, model: &str) -> Result<Reach, EngineError> {
    let address = &transport.address;
    let asked = json!({ "model": model });
    let (shown, running) = tokio::join!(
        transport.call(Method::POST, address.native("api/show"), Some(&asked)),
        transport.call(Method::GET, address.native("api/ps"), None),
    );
    let shown = shown?;
    let trained = shown
        .get("model_info")
        .and_then(Value::as_object)
        .and_then(|info| info.iter().find(|(name, _)| name.ends_with(".context_length")).and_then(|(_, value)| as_tokens(value)));
    let parameters = shown.get("parameters").and_then(Value::as_str).unwrap_or_default();
    let chosen = parameters.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("num_ctx")).then(|| words.next()?.parse::<u32>().ok()).flatten()
    });
    let loaded = running.ok().and_then(|running| {
        let models = running.get("models")?.as_array()?.clone();
        models.iter().find(|entry| is_named(entry, model)).and_then(|entry| tokens(entry, "context_length"))
    });
    Ok(Reach { context: chosen.or(loaded), trained })
}

/// How many tokens the model makes of the messages, by the server's own tokenizer; `None` when it can't be asked.
///
/// # Errors
/// When the server doesn't answer.
pub(crate) async fn exact_count(
    transport: &Transport,
    kind: ServerKind,
    model: &str,
    messages: &[Message],
) -> Result<Option<u32>, EngineError> {
    let address = &transport.address;
    match kind {
        ServerKind::LlamaServer => {
            let asked = json!({ "messages": in_their_words(messages), "chat_template_kwargs": template_choices() });
            let written = transport.call(Method::POST, address.native("apply-template"), Some(&asked)).await?;
            let Some(prompt) = written.get("prompt").and_then(Value::as_str) else { return Ok(None) };
            let asked = json!({ "content": prompt, "add_special": true, "parse_special": true });
            let tokens = transport.call(Method::POST, address.native("tokenize"), Some(&asked)).await?;
            Ok(tokens.get("tokens").and_then(Value::as_array).and_then(|tokens| u32::try_from(tokens.len()).ok()))
        }
        ServerKind::Vllm => {
            let asked = json!({
                "model": model,
                "messages": in_their_words(messages),
                "add_generation_prompt": true,
                "chat_template_kwargs": template_choices(),
            });
            let counted = transport.call(Method::POST, address.native("tokenize"), Some(&asked)).await?;
            Ok(counted.get("count").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok()))
        }
        ServerKind::Ollama | ServerKind::LmStudio | ServerKind::Other => Ok(None),
    }
}

/// Messages as OpenAI's protocol and Ollama's write them.
pub(crate) fn in_their_words(messages: &[Message]) -> Value {
    let role = |role| match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    messages.iter().map(|message| json!({ "role": role(message.role), "content": message.text })).collect()
}

/// What chat templates are told, in counting as in asking: models that think would use up the tokens of the answer.
pub(crate) fn template_choices() -> Value {
    json!({ "enable_thinking": false })
}

fn names_of_openai(models: &Value) -> Vec<String> {
    let entries = models.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    names(entries.iter().filter_map(|entry| entry.get("id")))
}

fn names_of_ollama(tags: &Value) -> Option<Vec<String>> {
    let entries = tags.get("models")?.as_array()?;
    Some(names(entries.iter().filter_map(|entry| entry.get("name").or_else(|| entry.get("model")))))
}

fn names_of_studio(models: &Value) -> Option<Vec<String>> {
    let entries = models.get("data")?.as_array()?;
    let kind = |entry: &Value| entry.get("type").and_then(Value::as_str).map(str::to_owned);
    // Ours alone says of each model what it is and whether it is loaded.
    if entries.iter().any(|entry| kind(entry).is_none() || entry.get("state").is_none()) {
        return None;
    }
    Some(names(entries.iter().filter(|entry| kind(entry).as_deref() != Some("embeddings")).filter_map(|entry| entry.get("id"))))
}

fn names<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let usable = |name: &&str| !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    values.filter_map(Value::as_str).filter(usable).take(MOST_MODELS).map(str::to_owned).collect()
}

fn version_of(value: &Value) -> Option<String> {
    value.get("version").and_then(Value::as_str).filter(|version| version.len() < 64).map(str::to_owned)
}

fn entry<'a>(facts: &'a Value, model: &str) -> Option<&'a Value> {
    facts.get("data")?.as_array()?.iter().find(|entry| is_named(entry, model))
}

fn is_named(entry: &Value, model: &str) -> bool {
    ["id", "name", "model"]
        .iter()
        .filter_map(|field| entry.get(field).and_then(Value::as_str))
        .any(|name| name == model || name.strip_suffix(":latest") == Some(model))
}

fn tokens(value: &Value, name: &str) -> Option<u32> {
    value.get(name).and_then(as_tokens)
}

fn as_tokens(value: &Value) -> Option<u32> {
    value.as_u64().filter(|tokens| *tokens > 0).and_then(|tokens| u32::try_from(tokens).ok())
}
