//! A dev server behind the gate: requests and websockets streamed both ways.

mod connections;
mod fields;
mod notice;
mod origins;
mod outgoing;
mod returning;
mod tunnel;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hyper::{Request, Response, StatusCode, body::Incoming, header};
use tokio::sync::watch;

use crate::site::{Answer, Body, Site};
use connections::{Connections, SendError};
use notice::Notice;
use origins::Origins;

/// The last lines of what a dev server printed, oldest first, as they were printed.
pub type LogTail = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// What is known of the dev server, and with it what is said while it doesn't answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It was started and has not answered yet: 503 while nothing listens. This is where a proxy begins.
    Starting,
    /// It has answered before: 502 while nothing listens. The first connection that is accepted leads here by itself.
    Running,
    /// Its process is over, `how` says why in a sentence for people. Nothing is connected to any more: by now the port may be somebody else's.
    Ended {
        /// "The dev server ended with exit code 1."
        how: String,
    },
}

/// Forwards requests to a dev server on this computer.
///
/// Bodies are streamed both ways and never held whole; only connecting has a time limit. The dev server sees itself addressed as
/// `localhost:PORT`, with `Origin` and `Referer` rewritten to match, and never sees a cookie of Lectern's. Dropping the proxy ends its websockets.
pub struct Proxy {
    state: Mutex<State>,
    log_tail: LogTail,
    /// Gone when the proxy is dropped, which is how websockets learn of it.
    lifeline: watch::Sender<()>,
}

struct State {
    connections: Arc<Connections>,
    condition: Condition,
}

impl Proxy {
    /// A proxy to `target`, which is on the loopback interface: anything else is answered with 502 and never connected to.
    /// `log_tail` is asked for each page that tells of a failure.
    #[must_use]
    pub fn new(target: SocketAddr, log_tail: LogTail) -> Arc<Self> {
        let state = State { connections: Arc::new(Connections::new(target)), condition: Condition::Starting };
        Arc::new(Self { state: Mutex::new(state), log_tail, lifeline: watch::Sender::new(()) })
    }

    /// Follows the dev server to another port, as after a restart; begins with [`Condition::Starting`] again.
    pub fn set_target(&self, target: SocketAddr) {
        let mut state = self.state();
        state.connections = Arc::new(Connections::new(target));
        state.condition = Condition::Starting;
    }

    /// Tells what became of the dev server. Idle connections of one that has ended are closed.
    pub fn set_condition(&self, condition: Condition) {
        let mut state = self.state();
        if matches!(condition, Condition::Ended { .. }) {
            state.connections = Arc::new(Connections::new(state.connections.target()));
        }
        state.condition = condition;
    }

    /// What is known of the dev server.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.state().condition.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn forward(self: Arc<Self>, mut request: Request<Incoming>) -> Response<Body> {
        let notice = Notice::for_request(&request);
        if let Err(refusal) = outgoing::check(&request) {
            return notice.refused(&refusal);
        }
        let (connections, condition) = {
            let state = self.state();
            (state.connections.clone(), state.condition.clone())
        };
        if let Condition::Ended { how } = &condition {
            return notice.ended(how, &(self.log_tail)());
        }
        let origins = Origins::new(request.headers().get(header::HOST), connections.target());
        let upgrade = outgoing::is_websocket(&request);
        if upgrade && !origins.is_own_or_absent(request.headers().get(header::ORIGIN)) {
            return notice.refused(&outgoing::Refusal::ForeignOrigin);
        }
        let browser = upgrade.then(|| hyper::upgrade::on(&mut request));
        let sent = connections.send(outgoing::rewrite(request, &origins, upgrade)).await;
        let mut answer = match sent {
            Ok(answer) => answer,
            Err(error) => return self.failed(&notice, &condition, &connections, &error),
        };
        self.has_answered(&connections);
        if let Err(error) = returning::check(&answer, upgrade) {
            return notice.unusable(&error, &(self.log_tail)());
        }
        let switched = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        if let (true, Some(browser)) = (switched, browser) {
            tunnel::start(browser, hyper::upgrade::on(&mut answer), self.lifeline.subscribe());
        }
        returning::rewrite(answer, &origins)
    }

    /// Moves on from [`Condition::Starting`], unless the answer came from a target that was left meanwhile.
    fn has_answered(&self, connections: &Arc<Connections>) {
        let mut state = self.state();
        if Arc::ptr_eq(&state.connections, connections) && state.condition == Condition::Starting {
            state.condition = Condition::Running;
        }
    }

    fn failed(&self, notice: &Notice, condition: &Condition, connections: &Arc<Connections>, error: &SendError) -> Response<Body> {
        let tail = (self.log_tail)();
        match error {
            SendError::Connect(_) | SendError::ConnectTimeout if *condition == Condition::Starting => notice.starting(&tail),
            SendError::Connect(_) | SendError::ConnectTimeout | SendError::NotLoopback => notice.down(&tail),
            SendError::Answer(_) => {
                self.has_answered(connections);
                notice.unusable(&error.to_string(), &tail)
            }
        }
    }
}

impl Site for Proxy {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        Box::pin(self.forward(request))
    }
}
