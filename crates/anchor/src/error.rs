//! What makes an origin no origin.

/// Why a range can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// The numbers are no range of lines.
    #[error("lines {start} to {end} are no range: lines count from 1, and the first comes first")]
    NoRange {
        /// As asked for.
        start: u32,
        /// As asked for.
        end: u32,
    },
    /// The text has fewer lines.
    #[error("lines {start} to {end} are not in a text of {lines} lines")]
    BeyondEnd {
        /// First line asked for.
        start: u32,
        /// Last line asked for.
        end: u32,
        /// How many there are.
        lines: usize,
    },
}
