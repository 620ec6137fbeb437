//! Where a decoded text's characters stand in the bytes it was decoded from.

use std::ops::Range;

use crate::TextEncoding;

impl TextEncoding {
    /// How many bytes stand before the text: its byte order mark.
    #[must_use]
    pub fn mark_length(self) -> usize {
        match self {
            Self::Utf8 | Self::Latin1 => 0,
            Self::Utf8Bom => 3,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    /// A text as it is stored inside of a file, without a byte order mark; `None` when the encoding has not all its letters.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 | Self::Utf8Bom => Some(text.as_bytes().to_vec()),
            Self::Latin1 => text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect(),
            Self::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Self::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        }
    }

    /// The bytes of the file that hold the ranges of its decoded text, which are in order and at boundaries of characters. `None` when they are
    /// not, or when the text does not give back the file's length: bytes that were no characters can't be placed.
    #[must_use]
    pub fn stored_ranges(self, text: &str, file_length: usize, ranges: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
        let length = |part: &str| match self {
            Self::Utf8 | Self::Utf8Bom => part.len(),
            Self::Latin1 => part.chars().count(),
            Self::Utf16Le | Self::Utf16Be => part.encode_utf16().count() * 2,
        };
        let (mut at, mut stored) = (0, self.mark_length());
        let mut go_to = |next: usize| {
            stored += length(text.get(at..next)?);
            at = next;
            Some(stored)
        };
        let found = ranges.iter().map(|range| Some(go_to(range.start)?..go_to(range.end)?)).collect::<Option<Vec<_>>>()?;
        (go_to(text.len())? == file_length).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    #[test]
    fn a_word_is_found_again_in_every_encoding() {
        let text = "ä \u{1f600} word x";
        let utf16 = |swap: bool| -> Vec<u8> {
            let mark = if swap { [0xfe, 0xff] } else { [0xff, 0xfe] };
            let bytes = text.encode_utf16().flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() });
            mark.into_iter().chain(bytes).collect()
        };
        let files = [text.as_bytes().to_vec(), [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(), utf16(false), utf16(true)];
        for bytes in files.into_iter().chain([b"\xe4 word x".to_vec()]) {
            let decoded = decode(bytes.clone());
            let at = decoded.text.find("word").expect("it is there");
            let found = decoded.encoding.stored_ranges(&decoded.text, bytes.len(), &[0..0, at..at + 4]).expect("placed");
            assert_eq!(decoded.encoding.encode("word").as_deref(), bytes.get(found[1].clone()), "{:?}", decoded.encoding);
            assert_eq!(found[0].start, decoded.encoding.mark_length());
        }
    }

    #[test]
    fn what_can_not_be_placed_is_said() {
        assert_eq!(TextEncoding::Utf8.stored_ranges("abc", 3, &[2..3, 0..1]), None, "out of order");
        assert_eq!(TextEncoding::Utf8.stored_ranges("ä", 2, &[Range { start: 0, end: 1 }]), None, "inside of a letter");
        let odd = b"\xff\xfea\0b".to_vec();
        let decoded = decode(odd.clone());
        assert_eq!(decoded.encoding.stored_ranges(&decoded.text, odd.len(), &[]), None, "half a letter at the end");
        assert_eq!(TextEncoding::Latin1.encode("\u{2192}"), None);
    }
}
