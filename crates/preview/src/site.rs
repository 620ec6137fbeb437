//! What answers the requests that a preview's gate lets through.

use std::{future::Future, io, pin::Pin, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{Request, Response, body::Incoming};

/// The body of an answer: whole, or streamed.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A body that is there as a whole.
pub fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer that is on its way.
pub type Answer = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// What answers the requests that the gate let through: files of a version, of the folder, a dev server behind a proxy, or the window's page.
///
/// The gate has checked `Host`, `Origin`, the cookie and the expiry before, has taken its own cookie out of the request, and adds the headers
/// that every answer carries afterwards.
pub trait Site: Send + Sync + 'static {
    /// Answers one request. For a websocket it answers 101 and takes the connection over with [`hyper::upgrade::on`].
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer;
}
