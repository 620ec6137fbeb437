//! What a supervisor tells of the program it runs.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

#[cfg(unix)]
use crate::SuperviseError;

/// The most that one line holds, in bytes as the program printed them. Longer ones come as several.
pub const LINE_BYTES: usize = 8 * 1024;

/// Where a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// What is told of a program, in this order: `Started`, then lines and ports as they come, then `Ended`, which is the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It runs.
    Started {
        /// Its process, which is also its process group and its session.
        pid: u32,
    },
    /// It, or a process it started, printed a line. Escape sequences and control characters are gone, but for tabs; of a line that was written
    /// over again and again only the last state is told; what was not UTF-8 is U+FFFD. A line that stays unfinished for a second is told as it is.
    Line {
        /// Where.
        source: Source,
        /// Without its end.
        text: String,
    },
    /// All TCP sockets that it, or a process it started, listens on now, in order; told at each change. On Linux only.
    Listening(Vec<SocketAddr>),
    /// It ended, or was ended, and nothing of its tree is left. When the program itself ends, the rest of its tree is ended too.
    Ended {
        /// Its exit code, if it ended by itself.
        code: Option<i32>,
        /// The signal that ended it. Neither is known when the supervisor was killed.
        signal: Option<i32>,
    },
}

/// A line of the supervisor's output.
#[cfg(unix)]
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// It could not be started.
    Refused(SuperviseError),
    /// It was.
    Said(Said),
    /// The processes of its tree, as far as they were seen; the program itself is the first that is ever told.
    #[cfg(target_os = "linux")]
    Seen(Vec<crate::processes::Named>),
}
