//! Downloading one large file: resumed, hashed while it is written, never half visible.

mod answer;
mod part;

use std::{path::Path, pin::pin, time::Duration};

use reqwest::{
    Response, StatusCode, Url,
    header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, IF_RANGE, LOCATION, RANGE},
};
use tokio::time::timeout;

use self::answer::{Answer, Given};
pub(crate) use self::part::Part;
use crate::{
    Cancel, EngineError,
    http::{Patience, client, leads_here, run, why},
    models::{ModelError, looks_like_a_model},
};

/// Redirects that are followed; those who offer models send on to where they keep them.
const MOST_REDIRECTS: usize = 10;
/// Nothing came for so long: whoever listens is told again where it stands.
const PAUSE: Duration = Duration::from_millis(250);
/// Room that stays free on the disk.
const SPARE: u64 = 64 << 20;
/// Larger ones are no model.
const LARGEST: u64 = 4 << 40;

/// What is to be downloaded.
pub(crate) struct Wanted<'a> {
    pub(crate) url: Url,
    /// Lowercase hex.
    pub(crate) sha256: Option<&'a str>,
    pub(crate) patience: Patience,
    /// How many bytes are free where a file is.
    pub(crate) free_space: &'a (dyn Fn(&Path) -> std::io::Result<u64> + Send + Sync),
}

/// An address that somebody typed. Without encryption only with a SHA-256, which says whether the right file came.
///
/// # Errors
/// [`ModelError::BadUrl`].
pub(crate) fn typed_url(text: &str, has_hash: bool) -> Result<Url, ModelError> {
    let bad = |said: &str| Err(ModelError::BadUrl(said.to_owned()));
    let Ok(mut url) = Url::parse(text.trim()) else { return bad("This is no address: it looks like https://example.org/model.gguf.") };
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return bad("A model's address begins with https://.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return bad("A name or password doesn't belong in the address.");
    }
    if url.scheme() == "http" && !has_hash && !leads_here(&url) {
        return bad("This address has no encryption: with the model's SHA-256 it can be used, or with https://.");
    }
    url.set_fragment(None);
    Ok(url)
}

/// Fetches what is missing of a part, and says the SHA-256 of the whole.
///
/// # Errors
/// [`ModelError::Cancelled`] and whatever went wrong; what came is kept, and the next call goes on after it.
pub(crate) fn fetch(
    part: &mut Part,
    wanted: &Wanted<'_>,
    told: &mut dyn FnMut(u64, Option<u64>),
    cancel: &Cancel,
) -> Result<String, ModelError> {
    let went_on_blindly = part.done > 0 && part.kept.validator.is_none();
    match fetch_once(part, wanted, told, cancel) {
        Err(ModelError::WrongHash { .. }) if went_on_blindly => {
            part.start_over()?;
            fetch_once(part, wanted, told, cancel)
        }
        result => result,
    }
}

fn fetch_once(part: &mut Part, wanted: &Wanted<'_>, told: &mut dyn FnMut(u64, Option<u64>), cancel: &Cancel) -> Result<String, ModelError> {
    if !part.kept.complete {
        let fetched = run(cancel, fetch_rest(part, wanted, told));
        if let Err(error) = fetched {
            // What went wrong first is told; where the note can't be written, the last one still holds.
            let _ = part.settle();
            return Err(with_figures(error, part, wanted));
        }
    }
    let start = part.begins_with(64)?;
    looks_like_a_model(&start)?;
    part.finish(wanted.sha256)
}

/// A disk that became full while it was written to says nothing of how much is missing.
fn with_figures(error: ModelError, part: &Part, wanted: &Wanted<'_>) -> ModelError {
    match error {
        ModelError::DiskFull { needed: 0, .. } => {
            let needed = part.kept.total.map_or(0, |total| total.saturating_sub(part.done));
            ModelError::DiskFull { needed, free: (wanted.free_space)(part.path()).unwrap_or(0) }
        }
        error => error,
    }
}

/// Asks for the rest until it has all come. Each try that brings something starts the count of tries anew.
async fn fetch_rest(part: &mut Part, wanted: &Wanted<'_>, told: &mut dyn FnMut(u64, Option<u64>)) -> Result<(), ModelError> {
    let mut tries = 0;
    let mut with_ranges = true;
    loop {
        let before = part.done;
        match one_try(part, wanted, told, &mut with_ranges).await {
            Ok(true) => return Ok(()),
            // The server has another file than before, or gives no ranges: from the beginning.
            Ok(false) => part.start_over()?,
            Err(Failed::ForGood(error)) => return Err(error),
            Err(Failed::ForNow(error)) => {
                tries = if part.done > before { 0 } else { tries + 1 };
                if tries > wanted.patience.retries {
                    return Err(error);
                }
                part.settle()?;
                tokio::time::sleep(wanted.patience.backoff.saturating_mul(1 << tries.min(6))).await;
            }
        }
    }
}

/// Why a try came to nothing.
enum Failed {
    /// Another try may bring the rest.
    ForNow(ModelError),
    ForGood(ModelError),
}

impl From<ModelError> for Failed {
    fn from(error: ModelError) -> Self {
        Self::ForGood(error)
    }
}

impl From<EngineError> for Failed {
    fn from(error: EngineError) -> Self {
        Self::ForGood(error.into())
    }
}

/// One request. Whether all came; `false` when it has to begin anew.
async fn one_try(
    part: &mut Part,
    wanted: &Wanted<'_>,
    told: &mut dyn FnMut(u64, Option<u64>),
    with_ranges: &mut bool,
) -> Result<bool, Failed> {
    // Without a mark of the file's state, only its hash can tell that the rest belongs to what is there.
    let can_go_on = *with_ranges && (part.kept.validator.is_some() || wanted.sha256.is_some());
    if part.done > 0 && !can_go_on {
        return Ok(false);
    }
    let range = (part.done > 0).then_some(part.done);
    let response = follow(wanted, range, part.kept.validator.as_deref()).await?;
    let host = response.url().host_str().unwrap_or_default().to_owned();
    let answer = match Answer::of(&response, range, &part.kept) {
        Ok(Given::Bytes(answer)) => answer,
        Ok(Given::AllThere) => return Ok(true),
        Ok(Given::AnotherFile) => {
            // A server whose ranges don't fit is not asked for any again.
            *with_ranges = false;
            return Ok(false);
        }
        Err(said) if is_for_now(response.status()) => return Err(Failed::ForNow(ModelError::Download(format!("{host} {said}")))),
        Err(said) => return Err(Failed::ForGood(ModelError::Download(format!("{host} {said}")))),
    };
    if answer.from_start && part.done > 0 {
        part.start_over()?;
    }
    part.kept.validator = answer.validator.or(part.kept.validator.take());
    part.kept.total = answer.total.or(part.kept.total);
    check_room(part, wanted)?;
    receive(response, part, wanted, told, &host).await?;
    Ok(true)
}

fn is_for_now(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

fn check_room(part: &Part, wanted: &Wanted<'_>) -> Result<(), ModelError> {
    let needed = part.kept.total.map_or(0, |total| total.saturating_sub(part.done));
    if needed > LARGEST {
        return Err(ModelError::Download("The server offers a file that is too large for a model.".to_owned()));
    }
    // Where nobody can say what is free, writing will tell.
    let free = (wanted.free_space)(part.path()).unwrap_or(u64::MAX);
    if needed.saturating_add(SPARE) > free { Err(ModelError::DiskFull { needed, free }) } else { Ok(()) }
}

/// Takes the body to its end.
async fn receive(
    mut response: Response,
    part: &mut Part,
    wanted: &Wanted<'_>,
    told: &mut dyn FnMut(u64, Option<u64>),
    host: &str,
) -> Result<(), Failed> {
    let total = part.kept.total;
    let mut looked = part.done >= 64;
    told(part.done, total);
    loop {
        let mut next = pin!(timeout(wanted.patience.stall, response.chunk()));
        let next = loop {
            match timeout(PAUSE, &mut next).await {
                Ok(next) => break next,
                // Who listens passes on only now and then: in a pause it hears once more how far this is.
                Err(_) => told(part.done, total),
            }
        };
        let chunk = match next {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => {
                return Err(Failed::ForNow(ModelError::Download(format!("The connection to {host} ended: {}.", why(&error)))));
            }
            Err(_) => {
                let seconds = wanted.patience.stall.as_secs();
                return Err(Failed::ForNow(ModelError::Download(format!("{host} sent nothing for {seconds} seconds."))));
            }
        };
        if total.is_some_and(|total| part.done + chunk.len() as u64 > total) || part.done > LARGEST {
            return Err(Failed::ForGood(ModelError::Download(format!("{host} sends more than it said."))));
        }
        part.add(&chunk)?;
        if !looked && part.done >= 64 {
            looked = true;
            let start = part.begins_with(64)?;
            looks_like_a_model(&start)?;
        }
        told(part.done, total);
    }
    match total {
        Some(total) if part.done < total => Err(Failed::ForNow(ModelError::Download(format!("The connection to {host} ended too early.")))),
        _ => Ok(()),
    }
}

/// Sends the request to wherever the address leads. Never from encrypted to plain, and never from outside to this computer.
async fn follow(wanted: &Wanted<'_>, range: Option<u64>, validator: Option<&str>) -> Result<Response, Failed> {
    let mut url = wanted.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let client = client(leads_here(&url), wanted.patience.connect)?;
        let request = client.get(url.clone()).headers(headers(range, validator));
        let host = url.host_str().unwrap_or_default().to_owned();
        let response = match timeout(wanted.patience.first_text.min(Duration::from_secs(60)), request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Failed::ForNow(ModelError::Download(format!("No answer from {host}: {}.", why(&error))))),
            Err(_) => return Err(Failed::ForNow(ModelError::Download(format!("{host} did not answer.")))),
        };
        if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        let to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).and_then(|to| url.join(to).ok());
        let Some(to) = to.filter(|to| matches!(to.scheme(), "http" | "https")) else {
            return Err(Failed::ForGood(ModelError::Download(format!("{host} sends on to an address that can't be used."))));
        };
        if (url.scheme() == "https" && to.scheme() != "https") || (leads_here(&to) && !leads_here(&url)) {
            return Err(Failed::ForGood(ModelError::Download(format!("{host} sends on to an address that is not safe."))));
        }
        if to.scheme() == "http" && !leads_here(&to) && wanted.sha256.is_none() {
            return Err(Failed::ForGood(ModelError::Download(format!("{host} sends on to an address without encryption."))));
        }
        url = to;
    }
    Err(Failed::ForGood(ModelError::Download("The address only leads in circles.".to_owned())))
}

fn headers(range: Option<u64>, validator: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/octet-stream, */*"));
    // Compressed bytes could not be gone on with.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(from) = range {
        headers.insert(RANGE, HeaderValue::try_from(format!("bytes={from}-")).expect("digits"));
        if let Some(validator) = validator.and_then(|validator| HeaderValue::from_str(validator).ok()) {
            headers.insert(IF_RANGE, validator);
        }
    }
    headers
}
