//! What a server's answer gives of a file.

use reqwest::{
    Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED},
};

use super::part::Kept;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// Bytes that are to be written.
    Bytes(Answer),
    /// Nothing is missing.
    AllThere,
    /// Its file, or its ranges, don't fit what came before.
    AnotherFile,
}

/// Bytes that are to be written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// They are the file's first, not those after what is there.
    pub(crate) from_start: bool,
    /// Of the whole file.
    pub(crate) total: Option<u64>,
    /// The mark of the file's state.
    pub(crate) validator: Option<String>,
}

impl Answer {
    /// Reads the head of an answer. `range`: the bytes before it are there.
    ///
    /// # Errors
    /// Why it gives nothing, to be read after the host's name.
    pub(crate) fn of(response: &Response, range: Option<u64>, kept: &Kept) -> Result<Given, String> {
        read(response.status(), response.headers(), range, kept)
    }
}

fn read(status: StatusCode, headers: &HeaderMap, range: Option<u64>, kept: &Kept) -> Result<Given, String> {
    let validator = validator(headers);
    let total_of_range = text(headers, &CONTENT_RANGE).and_then(content_range);
    match (status.as_u16(), range) {
        (200, _) => {
            if text(headers, &CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().contains("html")) {
                return Err("gives a web page instead of a model: the address of the file itself is needed.".to_owned());
            }
            if text(headers, &CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
                return Err("gives the file compressed, which can't be checked.".to_owned());
            }
            let total = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
            Ok(Given::Bytes(Answer { from_start: true, total, validator }))
        }
        (206, Some(from)) => {
            let Some((Some(start), total)) = total_of_range else { return Ok(Given::AnotherFile) };
            let same_state = match (&kept.validator, &validator) {
                (Some(before), Some(now)) => before == now,
                _ => true,
            };
            let same_size = match (kept.total, total) {
                (Some(before), Some(now)) => before == now,
                _ => true,
            };
            if start != from || !same_state || !same_size {
                return Ok(Given::AnotherFile);
            }
            Ok(Given::Bytes(Answer { from_start: false, total, validator }))
        }
        (416, Some(from)) => match total_of_range {
            Some((None, Some(total))) if total == from && kept.total.is_none_or(|before| before == total) => Ok(Given::AllThere),
            _ => Ok(Given::AnotherFile),
        },
        (401 | 403, _) => Err("wants a sign-in for this file.".to_owned()),
        (404 | 410, _) => Err("has no such file.".to_owned()),
        (429, _) => Err("has too much to do.".to_owned()),
        (status @ 500.., _) => Err(format!("failed (status {status}).")),
        (status, _) => Err(format!("does not give the file (status {status}).")),
    }
}

/// A mark that surely changes with the file: weak ones may not.
fn validator(headers: &HeaderMap) -> Option<String> {
    let etag = text(headers, &ETAG).filter(|etag| etag.starts_with('"'));
    etag.or_else(|| text(headers, &LAST_MODIFIED)).filter(|mark| mark.len() < 300).map(str::to_owned)
}

/// `bytes 5-9/10` and `bytes */10`: where it starts, and how much there is.
fn content_range(value: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (range, total) = value.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
    let start = if range == "*" { None } else { Some(range.split_once('-')?.0.trim().parse().ok()?) };
    Some((start, total.trim().parse().ok()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn given(status: u16, head: &[(HeaderName, &'static str)], range: Option<u64>, kept: &Kept) -> Result<Given, String> {
        let headers = head.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        read(StatusCode::from_u16(status).expect("a status"), &headers, range, kept)
    }

    #[test]
    fn a_range_goes_on_only_where_and_with_what_it_should() {
        let kept = Kept { validator: Some("\"a\"".to_owned()), total: Some(10), ..Kept::default() };
        let fits = given(206, &[(CONTENT_RANGE, "bytes 4-9/10"), (ETAG, "\"a\"")], Some(4), &kept);
        assert!(matches!(fits, Ok(Given::Bytes(Answer { from_start: false, total: Some(10), .. }))), "{fits:?}");
        for head in [
            vec![(CONTENT_RANGE, "bytes 5-9/10")],
            vec![(CONTENT_RANGE, "bytes 4-9/11")],
            vec![(CONTENT_RANGE, "bytes 4-9/10"), (ETAG, "\"b\"")],
            vec![(CONTENT_RANGE, "items 4-9/10")],
            vec![],
        ] {
            assert_eq!(given(206, &head, Some(4), &kept), Ok(Given::AnotherFile), "{head:?}");
        }
    }

    #[test]
    fn a_range_behind_the_end_says_whether_all_is_there() {
        let kept = Kept { total: Some(10), ..Kept::default() };
        assert_eq!(given(416, &[(CONTENT_RANGE, "bytes */10")], Some(10), &kept), Ok(Given::AllThere));
        assert_eq!(given(416, &[(CONTENT_RANGE, "bytes */8")], Some(10), &kept), Ok(Given::AnotherFile));
        assert_eq!(given(416, &[], Some(10), &kept), Ok(Given::AnotherFile));
        assert!(given(416, &[], None, &kept).is_err());
    }

    #[test]
    fn weak_marks_are_no_marks() {
        let answer = given(200, &[(ETAG, "W/\"a\""), (CONTENT_LENGTH, "10")], None, &Kept::default());
        assert_eq!(answer, Ok(Given::Bytes(Answer { from_start: true, total: Some(10), validator: None })));
    }
}
