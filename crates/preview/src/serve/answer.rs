//! Answers a request for a file whose bytes are at hand: not modified, a part of it, or all of it in the encoding that the browser likes best.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{
        ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH,
        IF_RANGE, RANGE, VARY,
    },
};

use super::{
    encoding::Encoding,
    types::{Kind, content_type},
};
use crate::{
    gate::page,
    site::{Body, whole},
};

/// Compressing fewer bytes than this saves nothing that is seen.
const WORTH_COMPRESSING: usize = 1024;
/// Compressing more than this would keep somebody waiting.
const LARGEST_COMPRESSED: usize = 8 * 1024 * 1024;

/// A file's bytes, and all that its answers say about them.
pub(super) struct Stored {
    pub bytes: Bytes,
    pub kind: Kind,
    /// Names exactly these bytes.
    tag: String,
    etag: HeaderValue,
    content_type: HeaderValue,
    encoded: [OnceLock<Option<Encoded>>; 3],
}

#[derive(Clone)]
struct Encoded {
    bytes: Bytes,
    etag: HeaderValue,
}

/// What a browser may do with an answer it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Ask each time whether it is still the same.
    Ask,
    /// Keep it: it never changes.
    Forever,
}

impl Freshness {
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Ask => "private, no-cache",
            Self::Forever => "private, max-age=31536000, immutable",
        })
    }
}

/// The bytes between two positions, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub first: u64,
    pub last: u64,
}

/// What of a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    Part(Part),
    /// A part that isn't there.
    Nothing,
}

impl Stored {
    /// `tag` names these bytes and no others; letters and digits.
    pub fn new(bytes: impl Into<Bytes>, kind: Kind, tag: String) -> Self {
        let bytes = bytes.into();
        let plain = HeaderValue::from_static("application/octet-stream");
        Self {
            etag: quoted(&tag, ""),
            content_type: HeaderValue::try_from(content_type(kind, &bytes)).unwrap_or(plain),
            tag,
            kind,
            bytes,
            encoded: Default::default(),
        }
    }

    /// With these bytes instead, which were made of the ones before.
    pub fn changed(&self, bytes: Vec<u8>, how: &str) -> Self {
        Self::new(bytes, self.kind, format!("{}{how}", self.tag))
    }

    /// Bytes of memory that it takes with what may be added to it later.
    pub fn weight(&self) -> usize {
        self.bytes.len() * if self.is_compressible() { 2 } else { 1 } + 512
    }

    /// Answers a GET or HEAD.
    pub async fn answer(self: &Arc<Self>, status: StatusCode, asked: &HeaderMap, freshness: Freshness) -> Response<Body> {
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(CACHE_CONTROL, freshness.header());
        if self.is_compressible() {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if status == StatusCode::OK {
            if let Some(etag) = self.known_to(asked) {
                headers.insert(ETAG, etag);
                return assembled(StatusCode::NOT_MODIFIED, headers, Bytes::new());
            }
            headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            match wanted(asked, self.bytes.len() as u64, &self.etag) {
                Wanted::All => {}
                Wanted::Nothing => return unsatisfiable(self.bytes.len() as u64),
                Wanted::Part(part) => {
                    headers.insert(CONTENT_TYPE, self.content_type.clone());
                    headers.insert(ETAG, self.etag.clone());
                    headers.insert(CONTENT_RANGE, content_range(part, self.bytes.len() as u64));
                    // Both ends lie within the bytes, so they fit.
                    let (first, last) = (part.first as usize, part.last as usize);
                    return assembled(StatusCode::PARTIAL_CONTENT, headers, self.bytes.slice(first..=last));
                }
            }
        }
        headers.insert(CONTENT_TYPE, self.content_type.clone());
        if self.is_compressible()
            && let Some(encoding) = Encoding::choose(asked)
            && let Some(Encoded { bytes, etag }) = self.encoded(encoding).await
        {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
            headers.insert(ETAG, etag);
            return assembled(status, headers, bytes);
        }
        headers.insert(ETAG, self.etag.clone());
        assembled(status, headers, self.bytes.clone())
    }

    fn is_compressible(&self) -> bool {
        self.kind.compressible && (WORTH_COMPRESSING..=LARGEST_COMPRESSED).contains(&self.bytes.len())
    }

    async fn encoded(self: &Arc<Self>, encoding: Encoding) -> Option<Encoded> {
        let slot = &self.encoded[encoding as usize];
        if let Some(done) = slot.get() {
            return done.clone();
        }
        let this = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let made = || {
                let packed = encoding.compress(&this.bytes)?;
                Some(Encoded { bytes: packed.into(), etag: quoted(&this.tag, encoding.name()) })
            };
            this.encoded[encoding as usize].get_or_init(made).clone()
        });
        done.await.ok().flatten()
    }

    /// The tag of these bytes, in whichever encoding, that the browser says it has.
    fn known_to(&self, asked: &HeaderMap) -> Option<HeaderValue> {
        let listed = asked.get(IF_NONE_MATCH)?;
        if listed == "*" {
            return Some(self.etag.clone());
        }
        let is_ours = |known: &[u8]| {
            let inner = known
                .strip_prefix(b"\"")
                .and_then(|known| known.strip_suffix(b"\""))
                .and_then(|known| known.strip_prefix(self.tag.as_bytes()));
            inner.is_some_and(|rest| {
                rest.is_empty() || Encoding::ALL.iter().any(|encoding| rest.strip_prefix(b"-") == Some(encoding.name().as_bytes()))
            })
        };
        let found =
            listed.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii).map(|known| known.strip_prefix(b"W/").unwrap_or(known));
        found.into_iter().find(|known| is_ours(known)).and_then(|known| HeaderValue::from_bytes(known).ok())
    }
}

/// Which part of `length` bytes a browser asks for, if what it has a part of is still this.
pub(super) fn wanted(asked: &HeaderMap, length: u64, etag: &HeaderValue) -> Wanted {
    let Some(range) = asked.get(RANGE).and_then(|range| range.to_str().ok()) else { return Wanted::All };
    if asked.get(IF_RANGE).is_some_and(|known| known != etag || known.as_bytes().starts_with(b"W/")) {
        return Wanted::All;
    }
    // Several parts at once may be answered with everything, and what isn't understood must be.
    let Some((first, last)) =
        range.strip_prefix("bytes=").filter(|range| !range.contains(',')).and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let number = |text: &str| -> Option<u64> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { Some(text.parse().unwrap_or(u64::MAX)) }
    };
    match (first.is_empty(), number(first), last.is_empty(), number(last)) {
        (true, _, _, Some(0)) => Wanted::Nothing,
        (true, _, _, Some(_)) if length == 0 => Wanted::Nothing,
        (true, _, _, Some(count)) => Wanted::Part(Part { first: length.saturating_sub(count), last: length - 1 }),
        (_, Some(first), _, Some(last)) if first > last => Wanted::All,
        (_, Some(first), true, _) | (_, Some(first), _, Some(_)) if first >= length => Wanted::Nothing,
        (_, Some(first), true, _) => Wanted::Part(Part { first, last: length - 1 }),
        (_, Some(first), _, Some(last)) => Wanted::Part(Part { first, last: last.min(length - 1) }),
        _ => Wanted::All,
    }
}

pub(super) fn content_range(part: Part, length: u64) -> HeaderValue {
    HeaderValue::try_from(format!("bytes {}-{}/{length}", part.first, part.last)).unwrap_or(HeaderValue::from_static("bytes */*"))
}

pub(super) fn unsatisfiable(length: u64) -> Response<Body> {
    let mut answer = page(StatusCode::RANGE_NOT_SATISFIABLE, "Not that far", "The file has no such part.");
    if let Ok(range) = HeaderValue::try_from(format!("bytes */{length}")) {
        answer.headers_mut().insert(CONTENT_RANGE, range);
    }
    answer
}

/// `"tag"` or `"tag-how"`.
pub(super) fn quoted(tag: &str, how: &str) -> HeaderValue {
    let text = if how.is_empty() { format!("\"{tag}\"") } else { format!("\"{tag}-{how}\"") };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Refuses what no file answers: other methods than reading, and requests with a body.
pub(super) fn refuse_unreadable(request: &Request<Incoming>) -> Option<Response<Body>> {
    let mut answer = if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = page(StatusCode::METHOD_NOT_ALLOWED, "Files are only read", "This preview shows files and takes nothing in.");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        answer
    } else if !request.body().is_end_stream() {
        page(StatusCode::PAYLOAD_TOO_LARGE, "Files are only read", "This preview shows files and takes nothing in.")
    } else {
        return None;
    };
    if !request.body().is_end_stream() {
        // What nobody reads must not be taken for the next request.
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Some(answer)
}

fn assembled(status: StatusCode, headers: HeaderMap, bytes: Bytes) -> Response<Body> {
    let mut answer = Response::new(whole(bytes));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_one_part_within_the_file_or_the_whole() {
        let etag = HeaderValue::from_static("\"a\"");
        let wanted = |range: &str| {
            let mut asked = HeaderMap::new();
            asked.insert(RANGE, HeaderValue::try_from(range).expect("a header"));
            wanted(&asked, 10, &etag)
        };
        let part = |first, last| Wanted::Part(Part { first, last });
        for (range, expected) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=0-", part(0, 9)),
            ("bytes=3-5", part(3, 5)),
            ("bytes=3-99", part(3, 9)),
            ("bytes=-3", part(7, 9)),
            ("bytes=-99", part(0, 9)),
            ("bytes=9-18446744073709551616", part(9, 9)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-11", Wanted::Nothing),
            ("bytes=99999999999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-3", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("lines=0-1", Wanted::All),
        ] {
            assert_eq!(wanted(range), expected, "{range}");
        }
    }
}
