//! Tickets: each opens a preview once, and soon or not at all.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use lectern_store::Timestamp;
use subtle::ConstantTimeEq;

use super::unhex;

/// So many may be outstanding; a further one takes the place of the oldest.
const OUTSTANDING: usize = 256;

#[derive(Default)]
pub(super) struct Tickets(VecDeque<Ticket>);

struct Ticket {
    hash: [u8; 32],
    until: Timestamp,
    /// As the gate's own end: setting the clock back gains nothing.
    latest: Option<Instant>,
}

impl Tickets {
    pub fn add(&mut self, ticket: &[u8; 32], now: Timestamp, valid_ms: i64) {
        if self.0.len() == OUTSTANDING {
            self.0.pop_front();
        }
        self.0.push_back(Ticket {
            hash: *blake3::hash(ticket).as_bytes(),
            until: now.plus_millis(valid_ms),
            latest: Instant::now().checked_add(Duration::from_millis(u64::try_from(valid_ms).unwrap_or(0))),
        });
    }

    /// Takes the ticket out; whether it was good.
    pub fn take(&mut self, text: &[u8], now: Timestamp) -> bool {
        let Some(bytes) = unhex(text) else { return false };
        let hash = blake3::hash(&*bytes);
        let Some(found) = self.0.iter().position(|ticket| bool::from(hash.as_bytes().ct_eq(&ticket.hash))) else { return false };
        let ticket = self.0.remove(found).expect("it was found there");
        now < ticket.until && ticket.latest.is_none_or(|latest| Instant::now() < latest)
    }
}
