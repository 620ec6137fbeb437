//! Previews as the window and scripts are told of them.

use lectern_preview::sessions::{EndedReason, Kind, Line, Log, PreviewSession, SessionsError, Shows, Source, Status};
use lectern_store::Timestamp;

use super::Live;
use crate::{
    Workspace,
    syncing::count,
    view::{self, Failure, LogLine, LogPage, LogSource, Preview, PreviewRequest},
};

impl Workspace {
    pub(super) fn preview_view(&self, row: PreviewSession, live: Option<&Live>) -> Preview {
        let is_ready = row.status == Status::Ready;
        let url = row.bundle_url.filter(|_| is_ready);
        let (version, folder, command, reloads) = match &row.shows {
            Some(Shows::Static { version, folder, .. }) => (*version, folder.clone(), None, version.is_none()),
            Some(Shows::DevServer { argv, folder }) => (None, folder.clone(), Some(shown(argv)), false),
            None => (None, String::new(), None, false),
        };
        Preview {
            disk_bytes: self.previews.sessions.disk_bytes(&row.id).to_string(),
            kind: match row.kind {
                Kind::Static => view::PreviewKind::Static,
                Kind::DevServer => view::PreviewKind::DevServer,
            },
            status: match row.status {
                Status::Pending => view::PreviewStatus::Pending,
                Status::Ready => view::PreviewStatus::Ready,
                Status::Expired => view::PreviewStatus::Expired,
            },
            title: row.title,
            version,
            folder,
            command,
            port: url.as_deref().and_then(|url| url.rsplit(':').next()?.parse().ok()),
            url,
            own_port: row.own_port.filter(|_| is_ready),
            reloads: reloads && live.is_none_or(|live| live.reloading.is_some()),
            created_at: row.created_at.to_string(),
            expires_at: row.expires_at.to_string(),
            ends_soon: is_ready && row.warned_at.is_some(),
            ended_at: row.ended_at.map(|time: Timestamp| time.to_string()),
            ended_reason: row.ended_reason.map(|reason| match reason {
                EndedReason::Stopped => view::EndedReason::Stopped,
                EndedReason::TimedOut => view::EndedReason::TimedOut,
                EndedReason::Failed => view::EndedReason::Failed,
                EndedReason::Crashed => view::EndedReason::Crashed,
            }),
            error: row.error.map(|error| match error.hint {
                Some(hint) => format!("{} {hint}", error.message),
                None => error.message,
            }),
            id: row.id,
            project_id: row.project_id,
        }
    }
}

/// A command as one would type it.
pub(crate) fn shown(argv: &[String]) -> String {
    lectern_survey::shown(argv)
}

/// Takes a command apart as one types it, for headless commands; no shell is asked.
///
/// # Errors
/// `BAD_COMMAND` for what only a shell could mean.
pub fn split_command(line: &str) -> Result<Vec<String>, Failure> {
    lectern_survey::read_shown(line).map_err(|unreadable| {
        Failure::new("BAD_COMMAND", format!("“{line}” can't be run: {unreadable}")).hint("Write a program and its arguments.")
    })
}

pub(super) fn shows_of(request: &PreviewRequest) -> Shows {
    match request.clone() {
        PreviewRequest::Static { version, folder, falls_back } => Shows::Static { version, folder, falls_back },
        PreviewRequest::DevServer { argv, folder } => Shows::DevServer { argv, folder },
    }
}

pub(super) fn request_of(shows: Shows) -> PreviewRequest {
    match shows {
        Shows::Static { version, folder, falls_back } => PreviewRequest::Static { version, folder, falls_back },
        Shows::DevServer { argv, folder } => PreviewRequest::DevServer { argv, folder },
    }
}

pub(crate) fn log_page(log: &Log, first: u64) -> LogPage {
    let (first, lines, total) = log.page(first);
    LogPage { first: count(first), lines: lines.into_iter().map(log_line).collect(), total: count(total) }
}

fn log_line(line: Line) -> LogLine {
    let source = match line.source {
        Source::Out => LogSource::Out,
        Source::Err => LogSource::Err,
        Source::Lectern => LogSource::Lectern,
    };
    LogLine { at: line.at.to_string(), source, text: line.text }
}

pub(super) fn unknown_preview() -> Failure {
    Failure::new("UNKNOWN_PREVIEW", "this preview does not exist").hint("It may have been removed. Start it again.")
}

pub(super) fn no_port(error: &std::io::Error) -> Failure {
    Failure::new("NO_PORT", format!("no port could be opened for the preview: {error}"))
        .hint("Stop another preview, or choose another port.")
}

impl From<SessionsError> for Failure {
    fn from(error: SessionsError) -> Self {
        match error {
            SessionsError::Unknown => unknown_preview(),
            SessionsError::StillRunning => Self::new("STILL_RUNNING", "this preview still runs").hint("Stop it first."),
            SessionsError::Ended => Self::new("PREVIEW_ENDED", "this preview has ended").hint("Start it again."),
            SessionsError::Gone => Self::new("GONE", "this preview was removed too long ago to be put back").hint("Start a new one."),
            SessionsError::Database(source) => source.into(),
            SessionsError::Io(source) => source.into(),
        }
    }
}
