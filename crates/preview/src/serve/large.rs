//! A file that is too large to be held: sent piece by piece, the next one read while the last is on its way.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Response, StatusCode,
    body::{Frame, SizeHint},
    header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH},
};
use tokio::task::JoinHandle;

use super::{
    answer::{Freshness, Part, Wanted, content_range, unsatisfiable, wanted},
    beneath::Stamp,
    types::Kind,
};
use crate::site::{Body, whole};

/// Bytes of a piece.
const PIECE: u64 = 512 * 1024;

/// A large file, opened.
pub(super) struct Large {
    file: File,
    stamp: Stamp,
    kind: Kind,
}

impl Large {
    pub fn new(file: File, stamp: Stamp, kind: Kind) -> Self {
        Self { file, stamp, kind }
    }

    /// Answers a GET or HEAD.
    pub fn answer(mut self, status: StatusCode, asked: &HeaderMap) -> Response<Body> {
        let length = self.stamp.size;
        // Reading all of it for a hash would take too long; this names it as long as nobody writes it without its times telling.
        let tag = format!("\"{}\"", self.stamp.tag());
        let weak = if self.stamp.has_settled(std::time::SystemTime::now()) { "" } else { "W/" };
        let etag = HeaderValue::try_from(format!("{weak}{tag}")).unwrap_or(HeaderValue::from_static("\"\""));
        let mut answer = Response::new(whole(""));
        let mut part = Part { first: 0, last: length.saturating_sub(1) };
        if status == StatusCode::OK {
            let known = asked.get(IF_NONE_MATCH).map(|known| known.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
            if known.into_iter().flatten().any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes()) {
                *answer.status_mut() = StatusCode::NOT_MODIFIED;
                answer.headers_mut().insert(ETAG, etag);
                answer.headers_mut().insert(CACHE_CONTROL, Freshness::Ask.header());
                return answer;
            }
            match wanted(asked, length, &etag) {
                Wanted::All => {}
                Wanted::Nothing => return unsatisfiable(length),
                Wanted::Part(wanted) => {
                    part = wanted;
                    *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
                    answer.headers_mut().insert(CONTENT_RANGE, content_range(part, length));
                }
            }
            answer.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        } else {
            *answer.status_mut() = status;
        }
        if self.file.seek(SeekFrom::Start(part.first)).is_err() {
            return super::lookup::unreadable();
        }
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind.mime));
        headers.insert(ETAG, etag);
        headers.insert(CACHE_CONTROL, Freshness::Ask.header());
        *answer.body_mut() = Pieces { left: part.last + 1 - part.first, state: State::Idle(self.file) }.boxed_unsync();
        answer
    }
}

/// The rest of a part of a file.
struct Pieces {
    left: u64,
    state: State,
}

enum State {
    Idle(File),
    Reading(JoinHandle<io::Result<(File, Vec<u8>)>>),
    Done,
}

impl Pieces {
    fn read(file: File, length: u64) -> State {
        State::Reading(tokio::task::spawn_blocking(move || {
            let mut piece = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
            (&file).take(length).read_to_end(&mut piece)?;
            Ok((file, piece))
        }))
    }
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Idle(_) if self.left == 0 => {}
                State::Idle(file) => self.state = Self::read(file, self.left.min(PIECE)),
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let (file, piece) = read.map_err(io::Error::other)??;
                    if piece.is_empty() {
                        // It became shorter than was promised: the connection has to end, so that nobody takes this for all of it.
                        return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                    }
                    self.left -= piece.len() as u64;
                    self.state = if self.left == 0 { State::Done } else { Self::read(file, self.left.min(PIECE)) };
                    return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
