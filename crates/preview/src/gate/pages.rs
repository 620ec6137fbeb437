//! The short pages that say why there is nothing to see, in plain words and without anything of the project's.

use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue},
};

use super::Refusal;
use crate::site::{Body, whole};

/// What pages of our own may load: nothing, and their own styles.
pub(crate) const OWN_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");

/// The look of our own pages, light and dark.
pub(crate) const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:12vh auto;padding:0 1.5rem}\
    h1{font-size:1.25rem;font-weight:600}a{color:LinkText}";

/// A page of a heading and a sentence, neither of which may come from outside.
pub(crate) fn page(status: StatusCode, heading: &str, sentence: &str) -> Response<Body> {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{heading}</title><style>{STYLE}</style></head><body><main><h1>{heading}</h1><p>{sentence}</p></main></body></html>\n"
    );
    let mut answer = Response::new(whole(text));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, OWN_POLICY);
    answer
}

/// What somebody sees who isn't let in.
pub(crate) fn refusal_page(refusal: Refusal) -> Response<Body> {
    match refusal {
        Refusal::Malformed => page(StatusCode::BAD_REQUEST, "Not understood", "This is not a request that a preview answers."),
        Refusal::Method => page(StatusCode::METHOD_NOT_ALLOWED, "Not understood", "This is not a request that a preview answers."),
        Refusal::Host => page(StatusCode::MISDIRECTED_REQUEST, "Not here", "There is no preview at this address."),
        Refusal::Foreign => page(StatusCode::FORBIDDEN, "Refused", "Pages of other addresses can’t use a preview."),
        Refusal::ServiceWorker => {
            page(StatusCode::FORBIDDEN, "Refused", "Previews have no service workers: one would stay behind when the preview ends.")
        }
        Refusal::Unknown => page(
            StatusCode::FORBIDDEN,
            "Open the preview from Lectern again",
            "A preview’s link works once, in one browser. If this browser has it open already, <a href=\"\">try this address again</a>.",
        ),
        Refusal::Over => page(StatusCode::FORBIDDEN, "This preview has ended", "Open the preview from Lectern again to see the project."),
    }
}
