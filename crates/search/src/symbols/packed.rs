//! The symbols of one file in little memory, and as bytes to keep.

use lectern_syntax::SymbolKind;

use crate::files::bonus::chars;

const NO_CONTAINER: u32 = u32::MAX;

/// What is known of a symbol before it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub name: String,
    pub kind: SymbolKind,
    /// 1-based.
    pub line: u32,
    /// UTF-16 column of its name.
    pub column: u32,
    /// UTF-16 units of its name in that line.
    pub width: u16,
    /// The number of the symbol it is in, which is lower than its own.
    pub container: Option<u32>,
}

/// The symbols of a file, numbered from 0 in the order of their starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSymbols {
    names: Box<str>,
    entries: Box<[Entry]>,
}

/// One symbol; its name is in `names`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As [`crate::files::bonus::chars`].
    pub chars: u64,
    start: u32,
    pub line: u32,
    pub column: u32,
    container: u32,
    length: u16,
    pub width: u16,
    pub kind: SymbolKind,
}

impl FileSymbols {
    pub(crate) fn new(symbols: &[Symbol]) -> Self {
        let mut names = String::new();
        let mut entries = Vec::with_capacity(symbols.len());
        for symbol in symbols {
            let (Ok(start), Ok(length)) = (u32::try_from(names.len()), u16::try_from(symbol.name.len())) else { break };
            names.push_str(&symbol.name);
            let Symbol { kind, line, column, width, container, .. } = *symbol;
            let container = container.unwrap_or(NO_CONTAINER);
            entries.push(Entry { chars: chars(symbol.name.as_bytes()), start, line, column, container, length, width, kind });
        }
        Self { names: names.into(), entries: entries.into() }
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    pub(crate) fn name(&self, number: u32) -> &str {
        let entry = self.entry(number);
        let start = entry.start as usize;
        self.names.get(start..start + usize::from(entry.length)).unwrap_or_default()
    }

    /// The name of the symbol that one is in.
    pub(crate) fn container(&self, number: u32) -> Option<&str> {
        let container = self.entry(number).container;
        (container != NO_CONTAINER).then(|| self.name(container))
    }

    /// As bytes to keep: numbers of as many bytes as they need, differences where they rise, names as they are, then a checksum.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.names.len() + self.entries.len() * 7 + 12);
        put(&mut bytes, self.len());
        let mut before = 0;
        for number in 0..self.len() {
            let entry = self.entry(number);
            bytes.push(entry.kind as u8);
            // Starts rise, and so do lines but for names that stand behind what they contain.
            put(&mut bytes, zigzag(i64::from(entry.line) - i64::from(before)));
            before = entry.line;
            put(&mut bytes, entry.column);
            put(&mut bytes, u32::from(entry.width));
            put(&mut bytes, if entry.container == NO_CONTAINER { 0 } else { number - entry.container });
            put(&mut bytes, u32::from(entry.length));
            bytes.extend_from_slice(self.name(number).as_bytes());
        }
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// What [`FileSymbols::to_bytes`] wrote; `None` for anything else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (mut bytes, sum) = bytes.split_last_chunk::<8>()?;
        if checksum(bytes) != *sum {
            return None;
        }
        let count = take(&mut bytes)?;
        let mut symbols = Vec::with_capacity((count as usize).min(1 << 16));
        let mut before = 0;
        for number in 0..count {
            let (kind, rest) = bytes.split_first()?;
            bytes = rest;
            let line = u32::try_from(before + unzigzag(take(&mut bytes)?)).ok()?;
            before = i64::from(line);
            let column = take(&mut bytes)?;
            let width = u16::try_from(take(&mut bytes)?).ok()?;
            let container = match take(&mut bytes)? {
                0 => None,
                behind => Some(number.checked_sub(behind)?),
            };
            let length = take(&mut bytes)? as usize;
            let (name, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            let name = std::str::from_utf8(name).ok()?.to_owned();
            symbols.push(Symbol { name, kind: kind_of(*kind)?, line, column, width, container });
        }
        bytes.is_empty().then(|| Self::new(&symbols))
    }
}

fn kind_of(number: u8) -> Option<SymbolKind> {
    SymbolKind::ALL.get(usize::from(number)).copied().filter(|kind| *kind as u8 == number)
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let hash = blake3::hash(bytes);
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Seven bits a byte, the lowest first.
fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn zigzag(number: i64) -> u32 {
    u32::try_from(((number << 1) ^ (number >> 63)) & 0xffff_ffff).unwrap_or(0)
}

fn unzigzag(number: u32) -> i64 {
    i64::from(number >> 1) ^ -i64::from(number & 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn symbol() -> impl Strategy<Value = Symbol> {
        let kind = prop::sample::select(SymbolKind::ALL.to_vec());
        ("\\PC{0,12}", kind, 1..2_000_000_000_u32, any::<u32>(), any::<u16>()).prop_map(|(name, kind, line, column, width)| Symbol {
            name,
            kind,
            line,
            column,
            width,
            container: None,
        })
    }

    proptest! {
        #[test]
        fn symbols_survive_being_kept_and_any_damage_is_noticed(
            mut symbols in prop::collection::vec(symbol(), 0..20), at in any::<prop::sample::Index>(), flip in 1..=255_u8
        ) {
            for (number, symbol) in symbols.iter_mut().enumerate().skip(1) {
                symbol.container = (number % 3 == 0).then(|| u32::try_from(number / 2).expect("few"));
            }
            let symbols = FileSymbols::new(&symbols);
            let mut bytes = symbols.to_bytes();
            prop_assert_eq!(FileSymbols::from_bytes(&bytes), Some(symbols));
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert_eq!(FileSymbols::from_bytes(&bytes), None);
            prop_assert_eq!(FileSymbols::from_bytes(&bytes[..at]), None);
        }
    }
}
