//! When a request is sent again.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::transport::Patience;
use crate::EngineError;

/// How often a request was sent, and what that allows.
#[derive(Debug)]
pub(crate) struct Retries {
    patience: Patience,
    done: u32,
    /// Until when a server that loads its model is asked.
    loads_until: Instant,
}

impl Retries {
    pub(crate) fn new(patience: Patience) -> Self {
        Self { patience, done: 0, loads_until: Instant::now() + patience.first_text }
    }

    /// How long to wait before the next try, or `None` when there is none.
    ///
    /// `wants`: what the server asks for. A server that says it is loading its model is asked until that took too long.
    pub(crate) fn next(&mut self, wants: Option<Duration>, error: &EngineError) -> Option<Duration> {
        if wants.is_some_and(|wants| wants > self.patience.longest_wait) {
            return None;
        }
        let loads = matches!(error, EngineError::Busy(said) if said.to_ascii_lowercase().contains("loading"));
        if self.done >= self.patience.retries && !(loads && Instant::now() < self.loads_until) {
            return None;
        }
        let doubled = self.patience.backoff.saturating_mul(1 << self.done.min(4));
        self.done += 1;
        Some(wants.unwrap_or(doubled).max(self.patience.backoff).min(self.patience.longest_wait))
    }
}

/// What `Retry-After` asks for, in seconds; dates are not read.
pub(crate) fn wanted_wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(1e6)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut retries = Retries::new(Patience { retries: 3, backoff: Duration::from_millis(100), ..Patience::default() });
        let busy = EngineError::Busy("too much to do".to_owned());
        let pauses: Vec<_> = std::iter::from_fn(|| retries.next(None, &busy)).map(|pause| pause.as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400]);
    }

    #[test]
    fn a_server_is_waited_for_as_long_as_it_says_but_not_for_hours() {
        let mut retries = Retries::new(Patience::default());
        let busy = EngineError::Busy("too much to do".to_owned());
        assert_eq!(retries.next(Some(Duration::from_secs(7)), &busy), Some(Duration::from_secs(7)));
        assert_eq!(retries.next(Some(Duration::from_secs(7200)), &busy), None);
        assert_eq!(retries.next(Some(Duration::ZERO), &busy), Some(Patience::default().backoff), "not at once either");
    }

    #[test]
    fn a_server_that_loads_its_model_is_asked_more_often() {
        let mut retries = Retries::new(Patience { retries: 1, backoff: Duration::from_millis(1), ..Patience::default() });
        let loading = EngineError::Busy("The server is not ready. It says: Loading model".to_owned());
        assert!((0..50).all(|_| retries.next(None, &loading).is_some()));
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let headers = |value: &'static str| HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
        assert_eq!(wanted_wait(&headers("3")), Some(Duration::from_secs(3)));
        for nonsense in ["-1", "soon", "NaN", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(wanted_wait(&headers(nonsense)), None, "{nonsense}");
        }
    }
}
