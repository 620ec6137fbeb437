//! Sets of blocks: in memory as bits, on the disk as the gaps between their numbers.

/// A set of the blocks of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlockSet {
    words: Vec<u64>,
}

impl BlockSet {
    pub fn none(blocks: u32) -> Self {
        Self { words: vec![0; (blocks as usize).div_ceil(64)] }
    }

    pub fn all(blocks: u32) -> Self {
        let mut set = Self { words: vec![u64::MAX; (blocks as usize).div_ceil(64)] };
        if !blocks.is_multiple_of(64)
            && let Some(last) = set.words.last_mut()
        {
            *last = (1 << (blocks % 64)) - 1;
        }
        set
    }

    /// A block that is out of range is none of these.
    pub fn insert(&mut self, block: u32) {
        if let Some(word) = self.words.get_mut((block / 64) as usize) {
            *word |= 1 << (block % 64);
        }
    }

    pub fn contains(&self, block: u32) -> bool {
        self.words.get((block / 64) as usize).is_some_and(|word| word & (1 << (block % 64)) != 0)
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub fn keep_only(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub fn add_all(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }
}

/// Appends ascending numbers below `blocks` as a Rice code of their gaps: about as few bits as a list of that density can take.
///
/// One byte for the parameter, then each gap less one: its high part in unary, its low bits as they are, lowest first.
pub(crate) fn write_numbers(out: &mut Vec<u8>, numbers: &[u32], blocks: u32) {
    let average = u64::from(blocks) / (numbers.len().max(1) as u64);
    // The best parameter for gaps of a geometric distribution is about log2 of 0.69 of their mean.
    let low_bits = (average * 69 / 100).max(1).ilog2();
    out.push(u8::try_from(low_bits).unwrap_or(31));
    let mut writer = BitWriter { out, bits: 0, filled: 0 };
    let mut next = 0;
    for &number in numbers {
        let gap = number - next;
        next = number + 1;
        let mut high = gap >> low_bits;
        while high >= 32 {
            writer.put(u32::MAX, 32);
            high -= 32;
        }
        // So many ones and a zero.
        writer.put(((1_u64 << high) - 1) as u32, high);
        writer.put(0, 1);
        writer.put(gap & ((1_u32 << low_bits) - 1), low_bits);
    }
    writer.finish();
}

/// Reads `count` numbers that [`write_numbers`] wrote; `None` for bytes that it didn't write, or numbers that are not below `blocks`.
pub(crate) fn read_numbers(bytes: &[u8], count: u32, blocks: u32, mut each: impl FnMut(u32)) -> Option<()> {
    let (&low_bits, rest) = bytes.split_first()?;
    let low_bits = u32::from(low_bits);
    if low_bits > 31 {
        return None;
    }
    let mut reader = BitReader { bytes: rest, bits: 0, filled: 0 };
    let mut next = 0_u32;
    for _ in 0..count {
        let mut high = 0_u32;
        while reader.take(1)? == 1 {
            high += 1;
            if high > blocks >> low_bits {
                return None;
            }
        }
        let gap = (high << low_bits) | reader.take(low_bits)?;
        let number = next.checked_add(gap)?;
        if number >= blocks {
            return None;
        }
        each(number);
        next = number + 1;
    }
    Some(())
}

/// Appends a number in groups of seven bits, lowest first.
pub(crate) fn write_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

/// Reads one and moves on.
pub(crate) fn read_varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    bits: u64,
    filled: u32,
}

impl BitWriter<'_> {
    /// At most 32 bits.
    fn put(&mut self, value: u32, count: u32) {
        self.bits |= u64::from(value) << self.filled;
        self.filled += count;
        while self.filled >= 8 {
            self.out.push((self.bits & 0xff) as u8);
            self.bits >>= 8;
            self.filled -= 8;
        }
    }

    fn finish(self) {
        if self.filled > 0 {
            self.out.push((self.bits & 0xff) as u8);
        }
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    bits: u64,
    filled: u32,
}

impl BitReader<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        while self.filled < count {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            self.bits |= u64::from(byte) << self.filled;
            self.filled += 8;
        }
        let value = (self.bits & ((1_u64 << count) - 1)) as u32;
        self.bits >>= count;
        self.filled -= count;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round_trip(numbers: &[u32], blocks: u32) -> Option<Vec<u32>> {
        let (mut bytes, mut back) = (Vec::new(), Vec::new());
        write_numbers(&mut bytes, numbers, blocks);
        read_numbers(&bytes, numbers.len() as u32, blocks, |number| back.push(number)).map(|()| back)
    }

    proptest! {
        #[test]
        fn numbers_come_back_as_they_were(numbers in prop::collection::btree_set(0..5000_u32, 0..400)) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            prop_assert_eq!(round_trip(&numbers, 5000), Some(numbers));
        }

        #[test]
        fn bytes_of_anybody_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..60), count in 0..1000_u32) {
            let mut inside = true;
            let _ = read_numbers(&bytes, count, 300, |number| inside &= number < 300);
            prop_assert!(inside);
        }

        #[test]
        fn a_number_of_any_size_comes_back(number in any::<u32>()) {
            let mut bytes = Vec::new();
            write_varint(&mut bytes, number);
            prop_assert_eq!(read_varint(&mut bytes.as_slice()), Some(number));
        }
    }

    #[test]
    fn lists_that_stretch_the_code_come_back() {
        for (numbers, blocks) in [
            (vec![], 1),
            (vec![0], 1),
            ((0..1000).collect(), 1000),
            (vec![999_999], 1_000_000),
            (vec![0, 1, 2, 3, 999_999], 1_000_000),
            (vec![u32::MAX - 2], u32::MAX),
        ] {
            assert_eq!(round_trip(&numbers, blocks), Some(numbers.clone()), "{numbers:?} of {blocks}");
        }
    }

    #[test]
    fn a_full_set_has_no_block_beyond_its_last() {
        let set = BlockSet::all(70);
        assert!(set.contains(69) && !set.contains(70));
        assert!(BlockSet::none(70).is_empty());
    }
}
