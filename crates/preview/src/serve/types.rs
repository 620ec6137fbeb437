//! The content type of a file, by the ending of its name and by its bytes where that says nothing.

/// A content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Without a charset.
    pub mime: &'static str,
    /// Whether it is text, so that a charset belongs to it.
    pub text: bool,
    /// Whether compressing it is worth it.
    pub compressible: bool,
}

impl Kind {
    /// Whether a browser shows it as a page.
    pub fn is_page(self) -> bool {
        matches!(self.mime, "text/html" | "application/xhtml+xml")
    }
}

const fn text(mime: &'static str) -> Kind {
    Kind { mime, text: true, compressible: true }
}

const fn dense(mime: &'static str) -> Kind {
    Kind { mime, text: false, compressible: false }
}

const fn loose(mime: &'static str) -> Kind {
    Kind { mime, text: false, compressible: true }
}

/// By ending in lower case, ascending, without the dot. Types as IANA has them; what only developers read is plain text, so that it is shown
/// and not downloaded.
const KINDS: &[(&str, Kind)] = &[
    ("aac", dense("audio/aac")),
    ("apng", dense("image/apng")),
    ("atom", text("application/atom+xml")),
    ("avif", dense("image/avif")),
    ("bmp", loose("image/bmp")),
    ("cjs", text("text/javascript")),
    ("css", text("text/css")),
    ("csv", text("text/csv")),
    ("eot", loose("application/vnd.ms-fontobject")),
    ("flac", dense("audio/flac")),
    ("geojson", text("application/geo+json")),
    ("gif", dense("image/gif")),
    ("glb", loose("model/gltf-binary")),
    ("gltf", text("model/gltf+json")),
    ("gz", dense("application/gzip")),
    ("htm", text("text/html")),
    ("html", text("text/html")),
    ("ico", loose("image/x-icon")),
    ("ics", text("text/calendar")),
    ("jpeg", dense("image/jpeg")),
    ("jpg", dense("image/jpeg")),
    ("js", text("text/javascript")),
    ("json", text("application/json")),
    ("json5", text("application/json5")),
    ("jsonld", text("application/ld+json")),
    ("jxl", dense("image/jxl")),
    ("m4a", dense("audio/mp4")),
    ("m4v", dense("video/mp4")),
    ("map", text("application/json")),
    ("mjs", text("text/javascript")),
    ("mov", dense("video/quicktime")),
    ("mp3", dense("audio/mpeg")),
    ("mp4", dense("video/mp4")),
    ("mpd", text("application/dash+xml")),
    ("oga", dense("audio/ogg")),
    ("ogg", dense("audio/ogg")),
    ("ogv", dense("video/ogg")),
    ("opus", dense("audio/ogg")),
    ("otf", loose("font/otf")),
    ("pdf", dense("application/pdf")),
    ("png", dense("image/png")),
    ("rss", text("application/rss+xml")),
    ("svg", text("image/svg+xml")),
    ("tif", loose("image/tiff")),
    ("tiff", loose("image/tiff")),
    ("ttf", loose("font/ttf")),
    ("txt", text("text/plain")),
    ("vtt", text("text/vtt")),
    ("wasm", loose("application/wasm")),
    ("wav", loose("audio/wav")),
    ("weba", dense("audio/webm")),
    ("webm", dense("video/webm")),
    ("webmanifest", text("application/manifest+json")),
    ("webp", dense("image/webp")),
    ("woff", dense("font/woff")),
    ("woff2", dense("font/woff2")),
    ("xht", text("application/xhtml+xml")),
    ("xhtml", text("application/xhtml+xml")),
    ("xml", text("application/xml")),
    ("xsl", text("text/xsl")),
    ("zip", dense("application/zip")),
];

/// How many first bytes tell text from anything else.
const PROBE: usize = 8192;

/// The type of a file of this name that begins with `head`.
pub(super) fn kind_of(name: &[u8], head: &[u8]) -> Kind {
    let ending = name.rsplit(|byte| *byte == b'.').next().filter(|ending| ending.len() < name.len());
    let known = ending.and_then(|ending| {
        let ending = std::str::from_utf8(ending).ok()?.to_ascii_lowercase();
        KINDS.binary_search_by(|(known, _)| (*known).cmp(ending.as_str())).ok().map(|index| KINDS[index].1)
    });
    known.unwrap_or_else(|| {
        let head = &head[..head.len().min(PROBE)];
        if head.contains(&0) { dense("application/octet-stream") } else { text("text/plain") }
    })
}

/// The header's value: with a charset where the bytes are in the one that is meant today. Other pages say so themselves.
pub(super) fn content_type(kind: Kind, bytes: &[u8]) -> String {
    if kind.text && std::str::from_utf8(bytes).is_ok() { format!("{}; charset=utf-8", kind.mime) } else { kind.mime.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0), "the search needs it");
    }

    #[test]
    fn a_type_is_told_by_the_ending_and_else_by_the_bytes() {
        assert_eq!(kind_of(b"index.HTML", b"").mime, "text/html");
        assert_eq!(kind_of(b"app.min.js", b"").mime, "text/javascript");
        assert_eq!(kind_of(b"LICENSE", b"MIT").mime, "text/plain");
        assert_eq!(kind_of(b"a.bin", b"\0\x01").mime, "application/octet-stream");
        assert_eq!(kind_of(b"js", b"x").mime, "text/plain", "a name without a dot has no ending");
        assert_eq!(content_type(kind_of(b"a.html", b""), "é".as_bytes()), "text/html; charset=utf-8");
        assert_eq!(content_type(kind_of(b"a.html", b""), b"\xe9"), "text/html", "a page in an older charset says which");
    }
}
