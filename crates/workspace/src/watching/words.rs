//! How watching is told to people: states, and what to do when not all of a folder is watched.

use lectern_projects::ProjectId;
use lectern_watch::{Coverage, FileSystem, WatchError, watch_limit};

use crate::view::{Failure, WatchKind, WatchState};

/// A state in which nothing is watched.
pub(super) fn unwatched(project: &ProjectId, kind: WatchKind) -> WatchState {
    WatchState { project_id: project.as_str().to_owned(), kind, watched: 0, directories: 0, failure: None }
}

/// The state of a folder that is watched as far as `coverage` says.
pub(super) fn covered(project: &ProjectId, coverage: Coverage, drive: FileSystem) -> WatchState {
    let failure = if coverage.limit_reached {
        Some(limit(coverage))
    } else if coverage.failed > 0 {
        let folders = if coverage.failed == 1 { "1 folder".to_owned() } else { format!("{} folders", coverage.failed) };
        Some(
            Failure::new("WATCH_REFUSED", format!("{folders} of this project can't be watched"))
                .hint("They are looked at when the window comes to the front. Give your user the right to read them."),
        )
    } else if let FileSystem::Remote(name) = drive {
        Some(
            Failure::new("REMOTE_DRIVE", format!("this folder is on a drive ({name}) that doesn't tell what other computers change"))
                .hint("What they change is looked at when the window comes to the front. What this computer changes is seen at once."),
        )
    } else {
        None
    };
    let kind = match failure {
        None => WatchKind::Watching,
        Some(_) if coverage.watched == 0 => WatchKind::Unavailable,
        Some(_) => WatchKind::Partial,
    };
    WatchState { watched: count(coverage.watched), directories: count(coverage.directories), failure, ..unwatched(project, kind) }
}

/// The state of a folder that is being prepared.
pub(super) fn preparing(project: &ProjectId, watched: usize, directories: usize) -> WatchState {
    WatchState { watched: count(watched), directories: count(directories), ..unwatched(project, WatchKind::Starting) }
}

/// Why a folder can't be watched at all.
pub(super) fn refused(error: &WatchError) -> Failure {
    match error {
        WatchError::Missing => lectern_reader::BeneathError::RootMissing.into(),
        WatchError::Instances => Failure::new("WATCH_INSTANCES", "too many programs watch folders on this computer").hint(
            "The folder is looked at when the window comes to the front. To watch it, run sudo sysctl fs.inotify.max_user_instances=1024.",
        ),
        WatchError::Limit | WatchError::Io(_) => Failure::new("WATCH_REFUSED", error.to_string())
            .hint("The folder is looked at when the window comes to the front. Sync it by hand when it matters."),
    }
}

fn limit(coverage: Coverage) -> Failure {
    let message = format!(
        "this computer's limit of watched folders is reached: {} of {} folders of this project are watched",
        coverage.watched, coverage.directories
    );
    let missing = (coverage.directories - coverage.watched) as u64;
    let remedy = watch_limit().map_or_else(String::new, |now| {
        let enough = (now + missing).next_power_of_two().max(524_288);
        format!(" To watch all of it, run sudo sysctl fs.inotify.max_user_watches={enough}.")
    });
    Failure::new("WATCH_LIMIT", message).hint(format!("The rest is looked at when the window comes to the front.{remedy}"))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_watched_is_told_with_its_remedy() {
        let project = ProjectId::new("p");
        let coverage = Coverage { watched: 4, directories: 7, failed: 0, limit_reached: true };
        let state = covered(&project, coverage, FileSystem::Local);
        assert_eq!((state.kind, state.watched, state.directories), (WatchKind::Partial, 4, 7));
        let failure = state.failure.expect("a failure");
        assert!(failure.message.contains("4 of 7"), "{failure:?}");
        #[cfg(target_os = "linux")]
        assert!(failure.hint.expect("a remedy").contains("sysctl fs.inotify.max_user_watches="));
        let whole = Coverage { watched: 7, directories: 7, ..Coverage::default() };
        assert_eq!(covered(&project, whole, FileSystem::Local).kind, WatchKind::Watching);
        assert_eq!(covered(&project, whole, FileSystem::Remote("NFS")).kind, WatchKind::Partial);
    }
}
