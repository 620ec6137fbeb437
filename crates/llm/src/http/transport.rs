//! Requests to one endpoint: bounded, cancellable at any time, to nobody else.

use std::{error::Error as _, future::Future, io, net::SocketAddr, sync::Mutex, time::Duration};

use reqwest::{
    Client, Method, Response, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION},
    redirect::Policy,
};
use serde_json::Value;
use tokio::time::timeout;

use super::{
    address::{Address, url_host},
    refusal::{Refusal, plain},
};
use crate::{Cancel, EngineError, keys::ApiKey};

/// How often somebody's "not wanted any more" is looked for.
const GLANCE: Duration = Duration::from_millis(20);
/// Of an answer that comes whole.
const LARGEST_ANSWER: usize = 16 << 20;
/// Of what a server says when it refuses.
const LARGEST_REFUSAL: usize = 64 << 10;

/// How long an endpoint is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the connection. Default 10 s.
    pub connect: Duration,
    /// For small questions: which models there are, how many tokens. Default 20 s.
    pub call: Duration,
    /// For the first text of an answer; a server may have to load its model first. Default 300 s.
    pub first_text: Duration,
    /// Between two events after that. Default 60 s.
    pub stall: Duration,
    /// How often a request is sent again when the server has too much to do or failed. Default 4.
    pub retries: u32,
    /// Before the first retry, doubled each time. Default 500 ms.
    pub backoff: Duration,
    /// A server that asks for more is not waited for. Default 60 s.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            call: Duration::from_secs(20),
            first_text: Duration::from_secs(300),
            stall: Duration::from_secs(60),
            retries: 4,
            backoff: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
        }
    }
}

/// Runs `work` on a runtime of its own until it is done or not wanted any more. Whatever it had open is closed when this returns.
///
/// Blocks: not to be called on a thread that runs asynchronous tasks.
pub(crate) fn run<T, E: From<EngineError>>(cancel: &Cancel, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| EngineError::Unreachable(format!("No connection can be made: {error}.")))?;
    let result = runtime.block_on(async {
        tokio::select! {
            biased;
            () = cancelled(cancel) => Err(EngineError::Cancelled.into()),
            result = work => result,
        }
    });
    // A name that is being looked up is not waited for.
    runtime.shutdown_background();
    result
}

async fn cancelled(cancel: &Cancel) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(GLANCE).await;
    }
}

/// A client that follows nobody elsewhere and keeps no connection. `direct`: no proxy of the environment is asked,
/// and `localhost` is the loopback address whatever its name is said to be.
pub(crate) fn client(direct: bool, connect: Duration) -> Result<Client, EngineError> {
    /// Making one reads every certificate that the system trusts, which takes longer than asking a server of this computer.
    static MADE: Mutex<Vec<((bool, Duration), Client)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((_, client)) = made.iter().find(|(kind, _)| *kind == (direct, connect)) {
        return Ok(client.clone());
    }
    let mut builder = Client::builder()
        .user_agent(concat!("Lectern/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(connect)
        // Each call has a runtime of its own, and connections don't outlive it.
        .pool_max_idle_per_host(0)
        .http1_only();
    if direct {
        builder = builder
            .no_proxy()
            .resolve_to_addrs("localhost", &[SocketAddr::from(([127, 0, 0, 1], 0)), SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 0))]);
    }
    let client = builder.build().map_err(|error| EngineError::Unreachable(format!("No connection can be made: {}.", why(&error))))?;
    made.truncate(8);
    made.push(((direct, connect), client.clone()));
    Ok(client)
}

/// The way to one endpoint.
pub(crate) struct Transport {
    client: Client,
    pub(crate) address: Address,
    pub(crate) key: Option<ApiKey>,
    pub(crate) patience: Patience,
}

impl Transport {
    pub(crate) fn new(address: Address, key: Option<ApiKey>, patience: Patience) -> Result<Self, EngineError> {
        Ok(Self { client: client(!address.may_use_proxy(), patience.connect)?, address, key, patience })
    }

    /// Sends a request and waits for the head of the answer. Redirects are refused, and nothing goes to another origin.
    pub(crate) async fn send(&self, method: Method, url: Url, body: Option<&Value>, patience: Duration) -> Result<Response, EngineError> {
        debug_assert_eq!(url.origin(), self.address.url().origin(), "calls are made below the endpoint's own address");
        let mut request = self.client.request(method, url).headers(self.headers()?);
        if let Some(body) = body {
            let bytes =
                serde_json::to_vec(body).map_err(|error| EngineError::Refused(format!("The request can't be written: {error}.")))?;
            request = request.header(CONTENT_TYPE, "application/json").body(bytes);
        }
        let response = match timeout(patience, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(EngineError::Unreachable(format!("No answer from {}: {}.", self.address.origin(), why(&error)))),
            Err(_) => {
                let waited = patience.as_secs();
                return Err(EngineError::Unreachable(format!("{} did not answer within {waited} seconds.", self.address.origin())));
            }
        };
        if response.status().is_redirection() {
            return Err(self.redirected(&response));
        }
        Ok(response)
    }

    fn headers(&self) -> Result<HeaderMap, EngineError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream, application/json, application/x-ndjson"));
        if let Some(key) = &self.key {
            let mut value = HeaderValue::try_from(format!("Bearer {}", key.reveal()))
                .map_err(|_| EngineError::Refused("The key has characters that can't be sent.".to_owned()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    fn redirected(&self, response: &Response) -> EngineError {
        let to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).and_then(|to| response.url().join(to).ok());
        let to = to.map(|url| url.origin().ascii_serialization()).unwrap_or_else(|| "another address".to_owned());
        EngineError::Refused(format!(
            "The server sends us on to {}. Nothing was sent there: if that is right, enter it as the endpoint's address.",
            plain(&to, self.key.as_ref())
        ))
    }

    /// A small question: JSON in, JSON out.
    pub(crate) async fn call(&self, method: Method, url: Url, body: Option<&Value>) -> Result<Value, EngineError> {
        let asked = async {
            let response = self.send(method, url, body, self.patience.call).await?;
            if !response.status().is_success() {
                return Err(self.refusal(response, None).await);
            }
            let bytes = self.body(response, LARGEST_ANSWER).await?;
            serde_json::from_slice(&bytes).map_err(|_| self.no_json(&bytes))
        };
        timeout(self.patience.call, asked).await.unwrap_or_else(|_| {
            Err(EngineError::Unreachable(format!(
                "{} did not answer within {} seconds.",
                self.address.origin(),
                self.patience.call.as_secs()
            )))
        })
    }

    /// What an answer that is no success means.
    pub(crate) async fn refusal(&self, mut response: Response, asked: Option<(u32, u32, u32)>) -> EngineError {
        let status = response.status();
        let mut body = Vec::new();
        while let Ok(Ok(Some(chunk))) = timeout(self.patience.call, response.chunk()).await {
            body.extend_from_slice(&chunk[..chunk.len().min(LARGEST_REFUSAL - body.len())]);
            if body.len() == LARGEST_REFUSAL {
                break;
            }
        }
        Refusal { status, body: &body, key: self.key.as_ref(), asked }.error()
    }

    /// The whole body of an answer.
    pub(crate) async fn body(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, EngineError> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= limit => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(EngineError::BadAnswer("The server sends far more than was asked for.".to_owned())),
                Ok(None) => return Ok(body),
                Err(error) => {
                    return Err(EngineError::Stopped(format!("The connection to {} ended: {}.", self.address.origin(), why(&error))));
                }
            }
        }
    }

    /// What to say of something that should have been JSON.
    pub(crate) fn no_json(&self, body: &[u8]) -> EngineError {
        let start = body.iter().find(|byte| !byte.is_ascii_whitespace());
        EngineError::BadAnswer(match start {
            Some(b'<') => format!("{} answers with a web page instead of a model's answer.", self.address.origin()),
            None => format!("{} answers with nothing.", self.address.origin()),
            Some(_) => format!("What {} answers can't be understood.", self.address.origin()),
        })
    }
}

/// Whether a URL leads to this computer.
pub(crate) fn leads_here(url: &Url) -> bool {
    url_host::is_loopback(url)
}

/// Why a request failed, in plain words, without its address.
pub(crate) fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut source = error.source();
    let mut last = String::new();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::ConnectionRefused => return "nothing listens there".to_owned(),
                io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
                    return "the connection was closed".to_owned();
                }
                io::ErrorKind::TimedOut => return "it took too long".to_owned(),
                _ => {}
            }
        }
        last = inner.to_string();
        let lower = last.to_ascii_lowercase();
        if lower.contains("certificate") {
            return "its certificate is not trusted".to_owned();
        }
        if lower.contains("dns") || lower.contains("lookup address") {
            return "its name is not known".to_owned();
        }
        source = inner.source();
    }
    if last.is_empty() { "it could not be sent".to_owned() } else { plain(&last, None) }
}
