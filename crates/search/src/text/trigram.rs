//! The three-byte windows of a text, which the index is made of.

/// Three bytes, the first highest; ASCII letters small.
pub(crate) type Trigram = u32;

/// How many trigrams there can be.
const ALL: usize = 1 << 24;

/// A byte as the index knows it: ASCII letters small, everything else as it is.
pub(crate) fn fold(byte: u8) -> u8 {
    byte.to_ascii_lowercase()
}

/// Collects the different trigrams of one text after another. Reusable: 2 MiB that are worth keeping.
pub(crate) struct Collector {
    seen: Vec<u64>,
    found: Vec<Trigram>,
}

impl Default for Collector {
    fn default() -> Self {
        Self { seen: vec![0; ALL / 64], found: Vec::new() }
    }
}

impl Collector {
    /// Adds the trigrams of `text`. Those with a line feed are left out: no match reaches over the end of a line.
    pub fn add(&mut self, text: &[u8]) {
        let mut window = 0_u32;
        // Bytes of the current line that are in the window.
        let mut filled = 0_u32;
        for &byte in text {
            if byte == b'\n' {
                filled = 0;
                continue;
            }
            window = (window << 8 | u32::from(fold(byte))) & 0x00ff_ffff;
            filled += 1;
            if filled >= 3 {
                let (word, bit) = ((window / 64) as usize, 1_u64 << (window % 64));
                if self.seen[word] & bit == 0 {
                    self.seen[word] |= bit;
                    self.found.push(window);
                }
            }
        }
    }

    /// What was added since the last time, each once, in no particular order.
    pub fn take(&mut self) -> Vec<Trigram> {
        for &trigram in &self.found {
            self.seen[(trigram / 64) as usize] = 0;
        }
        std::mem::take(&mut self.found)
    }
}

/// The trigrams of a piece of a query, which is folded already.
pub(crate) fn of_folded(text: &[u8]) -> impl Iterator<Item = Trigram> {
    text.windows(3).map(|window| u32::from(window[0]) << 16 | u32::from(window[1]) << 8 | u32::from(window[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trigrams(text: &[u8]) -> Vec<Trigram> {
        let mut collector = Collector::default();
        collector.add(text);
        let mut found = collector.take();
        found.sort_unstable();
        found
    }

    #[test]
    fn letters_are_folded_and_lines_are_apart() {
        assert_eq!(trigrams(b"AbcABC"), trigrams(b"abcabc"));
        assert_eq!(trigrams(b"ab\nc\nde"), Vec::<Trigram>::new());
        assert_eq!(trigrams("É".repeat(2).as_bytes()).len(), 2, "bytes above ASCII stay as they are");
    }

    #[test]
    fn a_collector_forgets_what_was_taken() {
        let mut collector = Collector::default();
        collector.add(b"abcd");
        assert_eq!(collector.take().len(), 2);
        collector.add(b"abcd");
        assert_eq!(collector.take().len(), 2);
    }
}
