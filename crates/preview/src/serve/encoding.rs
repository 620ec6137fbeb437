//! Which encoding of a file a browser gets.

use std::io::{self, Write};

use hyper::{HeaderMap, header::ACCEPT_ENCODING};

/// An encoding that makes a file smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Zstd,
    Brotli,
    Gzip,
}

impl Encoding {
    /// The best first.
    pub const ALL: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];

    /// As headers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The one that the browser likes best; of equal ones the best. `None` for the file as it is.
    pub fn choose(headers: &HeaderMap) -> Option<Self> {
        let mut wishes = [None; 3];
        let (mut any, mut identity) = (None, None);
        for value in headers.get_all(ACCEPT_ENCODING) {
            for part in value.to_str().ok()?.split(',') {
                let (name, rest) = part.split_once(';').unwrap_or((part, ""));
                let quality = quality(rest);
                match name.trim() {
                    "*" => any = Some(quality),
                    name if name.eq_ignore_ascii_case("identity") => identity = Some(quality),
                    name if name.eq_ignore_ascii_case("x-gzip") => wishes[2] = Some(quality),
                    name => {
                        if let Some(index) = Self::ALL.iter().position(|encoding| name.eq_ignore_ascii_case(encoding.name())) {
                            wishes[index] = Some(quality);
                        }
                    }
                }
            }
        }
        let mut best = None;
        for (encoding, wish) in Self::ALL.into_iter().zip(wishes) {
            let quality = wish.or(any).unwrap_or(0);
            if quality > 0 && best.is_none_or(|(most, _)| quality > most) {
                best = Some((quality, encoding));
            }
        }
        best.filter(|(quality, _)| identity.is_none_or(|identity| *quality >= identity)).map(|(_, encoding)| encoding)
    }

    /// Compresses `bytes`; `None` when that doesn't make them smaller.
    pub fn compress(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let packed = match self {
            Self::Zstd => zstd::bulk::compress(bytes, 6),
            Self::Brotli => brotli_of(bytes),
            Self::Gzip => gzip_of(bytes),
        };
        packed.ok().filter(|packed| packed.len() < bytes.len())
    }
}

/// In thousandths; what can't be read as a quality counts as none given.
fn quality(parameters: &str) -> u32 {
    let given =
        parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q=").or_else(|| parameter.trim().strip_prefix("Q=")));
    let Some(given) = given else { return 1000 };
    let (whole, part) = given.trim().split_once('.').unwrap_or((given.trim(), ""));
    if whole == "1" {
        return 1000;
    }
    let thousandths: String = part.chars().chain("000".chars()).take(3).collect();
    thousandths.parse().unwrap_or(0)
}

fn brotli_of(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::with_capacity(bytes.len() / 2);
    {
        let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, 5, 22);
        writer.write_all(bytes)?;
        writer.flush()?;
    }
    Ok(packed)
}

fn gzip_of(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 2), flate2::Compression::new(6));
    writer.write_all(bytes)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn the_browser_decides_and_of_equal_wishes_the_best_wins() {
        let choose = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::try_from(text).expect("a header"));
            Encoding::choose(&headers)
        };
        for (wish, expected) in [
            ("gzip, deflate, br, zstd", Some(Encoding::Zstd)),
            ("gzip, deflate, br", Some(Encoding::Brotli)),
            ("gzip", Some(Encoding::Gzip)),
            ("deflate", None),
            ("", None),
            ("*", Some(Encoding::Zstd)),
            ("*;q=0", None),
            ("zstd;q=0, *", Some(Encoding::Brotli)),
            ("zstd;q=0.5, br;q=0.8, gzip;q=0.801", Some(Encoding::Gzip)),
            ("identity, gzip;q=0.5", None),
            ("identity;q=0.2, gzip;q=0.5", Some(Encoding::Gzip)),
            ("GZIP;Q=1.0", Some(Encoding::Gzip)),
            ("br;q=0", None),
            ("br;q=nonsense", None),
        ] {
            assert_eq!(choose(wish), expected, "{wish:?}");
        }
        assert_eq!(Encoding::choose(&HeaderMap::new()), None, "without a wish it is the file as it is");
    }
}
