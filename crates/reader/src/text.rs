//! Telling text from bytes, and one encoding from another.

use std::fmt;

/// How a text's bytes were turned into characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with one.
    Utf8Bom,
    /// UTF-16, least significant byte first, with a byte order mark.
    Utf16Le,
    /// UTF-16, most significant byte first, with a byte order mark.
    Utf16Be,
    /// ISO 8859-1: what is not UTF-8 and has no NUL.
    Latin1,
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 with BOM",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Latin1 => "Latin-1",
        })
    }
}

/// How a text's lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// One line at most.
    None,
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`.
    Cr,
    /// More than one of them.
    Mixed,
}

impl LineEnds {
    /// Looks at a whole text, or at its beginning.
    pub fn of(text: &[u8]) -> Self {
        let (mut lf, mut crlf, mut cr) = (false, false, false);
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            match text[at] {
                b'\n' if at > 0 && text[at - 1] == b'\r' => {}
                b'\n' => lf = true,
                _ if text.get(at + 1) == Some(&b'\n') => crlf = true,
                _ => cr = true,
            }
            if u8::from(lf) + u8::from(crlf) + u8::from(cr) > 1 {
                return Self::Mixed;
            }
        }
        match (lf, crlf, cr) {
            (true, ..) => Self::Lf,
            (_, true, _) => Self::CrLf,
            (.., true) => Self::Cr,
            _ => Self::None,
        }
    }
}

impl fmt::Display for LineEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
            Self::Mixed => "mixed",
        })
    }
}

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";
const UTF16_LE_BOM: &[u8] = b"\xff\xfe";
const UTF16_BE_BOM: &[u8] = b"\xfe\xff";

/// Whether the beginning of a file is not text: git's rule (a NUL in the first 8,000 bytes), except for UTF-16 with its mark.
pub fn looks_binary(head: &[u8]) -> bool {
    if head.starts_with(UTF16_LE_BOM) || head.starts_with(UTF16_BE_BOM) {
        return false;
    }
    memchr::memchr(0, &head[..head.len().min(8000)]).is_some()
}

/// A text as characters, and how it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Without a byte order mark; line ends as in the file.
    pub text: String,
    /// How it was stored.
    pub encoding: TextEncoding,
}

/// Turns bytes into characters; never fails, because every byte is a character of Latin-1.
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if let Some(rest) = bytes.strip_prefix(UTF8_BOM)
        && let Ok(text) = std::str::from_utf8(rest)
    {
        return Decoded { text: text.to_owned(), encoding: TextEncoding::Utf8Bom };
    }
    if let Some(rest) = bytes.strip_prefix(UTF16_LE_BOM) {
        return Decoded { text: encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(), encoding: TextEncoding::Utf16Le };
    }
    if let Some(rest) = bytes.strip_prefix(UTF16_BE_BOM) {
        return Decoded { text: encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(), encoding: TextEncoding::Utf16Be };
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding: TextEncoding::Utf8 },
        Err(error) => Decoded { text: encoding_rs::mem::decode_latin1(error.as_bytes()).into_owned(), encoding: TextEncoding::Latin1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_recognised_and_its_mark_left_out() {
        for (bytes, text, encoding) in [
            (b"na\xc3\xafve".to_vec(), "naïve", TextEncoding::Utf8),
            (b"\xef\xbb\xbfna\xc3\xafve".to_vec(), "naïve", TextEncoding::Utf8Bom),
            (b"na\xefve".to_vec(), "naïve", TextEncoding::Latin1),
            (b"\xff\xfeh\0i\0".to_vec(), "hi", TextEncoding::Utf16Le),
            (b"\xfe\xff\0h\0i".to_vec(), "hi", TextEncoding::Utf16Be),
            (Vec::new(), "", TextEncoding::Utf8),
        ] {
            assert!(!looks_binary(&bytes));
            assert_eq!(decode(bytes), Decoded { text: text.to_owned(), encoding });
        }
        assert!(looks_binary(b"\x7fELF\x02\x00"));
    }

    #[test]
    fn line_ends_are_named() {
        for (text, ends) in [
            ("", LineEnds::None),
            ("a", LineEnds::None),
            ("a\nb\n", LineEnds::Lf),
            ("a\r\nb\r\n", LineEnds::CrLf),
            ("a\rb", LineEnds::Cr),
            ("a\r\nb\n", LineEnds::Mixed),
            ("a\r\n\rb", LineEnds::Mixed),
        ] {
            assert_eq!(LineEnds::of(text.as_bytes()), ends, "{text:?}");
        }
    }
}
