//! Servers that answer as Ollama, LM Studio, llama-server and vLLM do, as far as they are asked.

use super::{Asked, Line, Server};

pub type Chat = dyn Fn(&Asked, &mut Line) + Send + Sync;

fn start(lists: impl Fn(&Asked) -> Option<String> + Send + Sync + 'static, otherwise: (u16, &'static str), chat: Box<Chat>) -> Server {
    Server::start(move |asked, line| match lists(asked) {
        Some(body) => line.json(200, &body),
        None if asked.path.ends_with("/chat/completions") || asked.path == "/api/chat" => chat(asked, line),
        None => line.json(otherwise.0, otherwise.1),
    })
}

/// Ollama with one model, whose model file and loaded state say what `context` says.
pub fn ollama(parameters: &'static str, loaded: Option<u32>, chat: Box<Chat>) -> Server {
    start(
        move |asked| {
            Some(match (asked.method.as_str(), asked.path.as_str()) {
                ("GET", "/api/tags") => r#"{"models":[{"name":"small:latest","model":"small:latest"},{"name":"big:7b"}]}"#.to_owned(),
                ("GET", "/api/version") => r#"{"version":"0.12.6"}"#.to_owned(),
                ("GET", "/v1/models") => r#"{"object":"list","data":[{"id":"small:latest","owned_by":"library"}]}"#.to_owned(),
                ("GET", "/api/ps") => match loaded {
                    Some(context) => format!(r#"{{"models":[{{"name":"small:latest","context_length":{context}}}]}}"#),
                    None => r#"{"models":[]}"#.to_owned(),
                },
                ("POST", "/api/show") => serde_json::json!({
                    "parameters": parameters,
                    "model_info": { "general.architecture": "llama", "llama.context_length": 32768 },
                })
                .to_string(),
                _ => return None,
            })
        },
        (404, "404 page not found"),
        chat,
    )
}

/// LM Studio answers what it doesn't know with status 200.
pub fn lm_studio(chat: Box<Chat>) -> Server {
    start(
        |asked| {
            Some(match asked.path.as_str() {
                "/v1/models" => r#"{"object":"list","data":[{"id":"small","owned_by":"organization_owner"}]}"#.to_owned(),
                "/api/v0/models" => r#"{"object":"list","data":[
                    {"id":"small","object":"model","type":"llm","state":"loaded","max_context_length":32768,"loaded_context_length":6144},
                    {"id":"idle","object":"model","type":"llm","state":"not-loaded","max_context_length":2048},
                    {"id":"embed","object":"model","type":"embeddings","state":"not-loaded","max_context_length":512}]}"#
                    .to_owned(),
                _ => return None,
            })
        },
        (200, r#"{"error":"Unexpected endpoint or method."}"#),
        chat,
    )
}

/// llama-server: one token a word and two around each message.
pub fn llama_server(chat: Box<Chat>) -> Server {
    start(
        |asked| {
            Some(match asked.path.as_str() {
                "/v1/models" => {
                    r#"{"object":"list","data":[{"id":"small.gguf","owned_by":"llamacpp","meta":{"n_ctx_train":32768}}]}"#.to_owned()
                }
                "/props" => r#"{"default_generation_settings":{"n_ctx":3000},"total_slots":1,"model_path":"small.gguf"}"#.to_owned(),
                "/apply-template" => {
                    let messages = asked.json()["messages"].as_array().cloned().unwrap_or_default();
                    let prompt: String =
                        messages.iter().map(|message| format!("<s> {} </s> ", message["content"].as_str().unwrap_or_default())).collect();
                    serde_json::json!({ "prompt": prompt }).to_string()
                }
                "/tokenize" => {
                    let count = asked.json()["content"].as_str().unwrap_or_default().split_whitespace().count();
                    serde_json::json!({ "tokens": (0..count).collect::<Vec<_>>() }).to_string()
                }
                _ => return None,
            })
        },
        (404, r#"{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}"#),
        chat,
    )
}

/// vLLM of some version: one token a word.
pub fn vllm(version: &'static str, chat: Box<Chat>) -> Server {
    start(
        move |asked| {
            Some(match asked.path.as_str() {
                "/v1/models" => r#"{"object":"list","data":[{"id":"org/small","owned_by":"vllm","max_model_len":5000}]}"#.to_owned(),
                "/version" => format!(r#"{{"version":"{version}"}}"#),
                "/tokenize" => {
                    let messages = asked.json()["messages"].as_array().cloned().unwrap_or_default();
                    let words: usize =
                        messages.iter().map(|message| message["content"].as_str().unwrap_or_default().split_whitespace().count()).sum();
                    format!(r#"{{"count":{words},"max_model_len":5000,"tokens":[]}}"#)
                }
                _ => return None,
            })
        },
        (404, r#"{"detail":"Not Found"}"#),
        chat,
    )
}
