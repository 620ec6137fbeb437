//! The thread that follows one folder: watches it, decides when to look, and starts again when the folder comes back.

use std::{
    path::Path,
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use lectern_projects::{Project, open_repository};
use lectern_store::Timestamp;
use lectern_sync::{Dirty, RepoPath, SyncError};
use lectern_watch::{Busy, Decision, FileSystem, GitPlaces, Pace, Places, Signal, WatchError, Watcher, file_system};

use super::{
    Listener, Watched,
    control::{Control, Orders},
    look::{Looked, failure_of},
    words,
};
use crate::{
    Workspace,
    view::{Failure, WatchKind, WatchState},
};

/// How often a folder that is there is asked whether it still is, and one that is gone whether it is back.
const TICK: Duration = Duration::from_secs(2);
/// How long after a `.git` came or went its folder is looked at once more.
const REPOSITORY_SETTLES: Duration = Duration::from_millis(500);
/// How long to wait after the first, second, … failure in a row.
const AFTER_FAILURE: [Duration; 4] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(120)];
/// How long to wait for a sync of another process, or for somebody who writes to the folder as a whole.
const AFTER_BUSY: Duration = Duration::from_millis(100);
/// The window is told at most this often that the folder changed.
const TELLING: Duration = Duration::from_millis(200);
/// Clocks that drift apart by more than this say that the computer slept, or that its date was set: times of files can't be trusted.
const JUMP: u64 = 30_000;

/// Starts to follow a project's folder on a thread of its own.
pub(super) fn spawn(
    workspace: Weak<Workspace>,
    project: Project,
    ticket: u64,
    listener: Option<Listener>,
) -> Result<Arc<Control>, Failure> {
    let control = Control::new(project, listener);
    let follower = Follower {
        workspace: Weak::clone(&workspace),
        control: Arc::clone(&control),
        pace: Pace::default(),
        owed: None,
        failures: 0,
        not_before: None,
        untold: None,
        told: None,
        ticket: Some(ticket),
        lost: 0,
    };
    match thread::Builder::new().name("watch".to_owned()).spawn(move || follower.run()) {
        Ok(thread) => {
            control.started(thread);
            Ok(control)
        }
        Err(error) => {
            if let Some(workspace) = workspace.upgrade() {
                workspace.watches.queue.leave(ticket);
            }
            Err(Failure::internal(format!("no thread to watch with: {error}")))
        }
    }
}

struct Follower {
    workspace: Weak<Workspace>,
    control: Arc<Control>,
    pace: Pace,
    /// What a look that failed did not get to.
    owed: Option<Dirty>,
    failures: usize,
    not_before: Option<Instant>,
    /// Since when the window doesn't know of a change.
    untold: Option<Instant>,
    told: Option<Instant>,
    ticket: Option<u64>,
    /// How often in a row a look at everything was followed by lost events.
    lost: u32,
}

/// A folder that is being watched.
struct Watch {
    watcher: Watcher,
    git: Option<GitPlaces>,
    drive: FileSystem,
}

/// The folder is not watched any more; begin anew.
struct Ended;

impl Follower {
    fn run(mut self) {
        while !self.control.is_stopped() {
            let Some(workspace) = self.workspace.upgrade() else { return };
            let root = &self.control.project.root;
            if !root.is_dir() {
                workspace.watch_became(&self.control, self.unavailable(words::refused(&WatchError::Missing)));
                drop(workspace);
                self.wait_for_the_folder();
                continue;
            }
            // Before the first look, so that a sleep in the middle of it is noticed too.
            let ticked = (Instant::now(), Some(workspace.clock.now()));
            let began = self.begin(&workspace);
            match began {
                Ok(watch) => {
                    drop(workspace);
                    self.follow(&watch, ticked);
                }
                Err(error) => {
                    workspace.watch_became(&self.control, self.unavailable(words::refused(&error)));
                    // What can't be watched is looked at now, and whenever the window comes to the front.
                    self.look_everywhere(&workspace);
                    drop(workspace);
                    if let Some(ticket) = self.ticket.take()
                        && let Some(workspace) = self.workspace.upgrade()
                    {
                        workspace.watches.queue.leave(ticket);
                    }
                    self.wait_for_an_order();
                }
            }
        }
        if let (Some(ticket), Some(workspace)) = (self.ticket, self.workspace.upgrade()) {
            workspace.watches.queue.leave(ticket);
        }
    }

    /// Sets the watches and looks at everything once.
    fn begin(&mut self, workspace: &Arc<Workspace>) -> Result<Watch, WatchError> {
        let _turn = self.ticket.take().map(|ticket| workspace.watches.queue.wait(ticket));
        let project = &self.control.project;
        workspace.watch_became(&self.control, words::preparing(&project.id, 0, 0));
        let git = git_places(&project.root);
        let places = Places { root: project.root.clone(), cookies: workspace.data.run().join("cookies"), git: git.clone() };
        let control = Arc::clone(&self.control);
        let watcher = Watcher::start(places, move || control.wake())?;
        let watch = Watch { watcher, git, drive: file_system(&project.root) };
        self.cover(workspace, &watch);
        watch.watcher.doubt();
        // Its end begins anew by itself, at the first tick.
        let _ = self.look(workspace, &watch);
        Ok(watch)
    }

    fn follow(&mut self, watch: &Watch, mut ticked: (Instant, Option<Timestamp>)) {
        while !self.control.is_stopped() {
            let now = Instant::now();
            if now.duration_since(ticked.0) >= TICK {
                if watch.watcher.is_gone() {
                    return;
                }
                let wall = self.wall_clock();
                if jumped(ticked, (now, wall)) {
                    watch.watcher.doubt();
                }
                ticked = (now, wall);
            }
            let due = self.next(watch, now);
            if due.is_some_and(|due| due <= now) {
                let Some(workspace) = self.workspace.upgrade() else { return };
                if self.look(&workspace, watch).is_err() {
                    return;
                }
                continue;
            }
            self.tell_of_changes(now, false);
            let mut until = ticked.0 + TICK;
            until = due.map_or(until, |due| until.min(due));
            if let Some(untold) = self.untold {
                until = until.min(self.told.map_or(untold, |told| told.max(untold)) + TELLING);
            }
            let Orders { look, lost, .. } = self.control.wait_until(until);
            if lost {
                watch.watcher.inject(Signal::Overflow);
            }
            if look {
                watch.watcher.doubt();
            }
        }
    }

    /// When to look next; `None` for no reason to.
    fn next(&mut self, watch: &Watch, now: Instant) -> Option<Instant> {
        let pending = watch.watcher.pending();
        let due = match pending {
            Some(pending) => {
                self.untold.get_or_insert(pending.first);
                let git = watch.git.as_ref().is_some_and(|git| git.lock().exists());
                match self.pace.decide(pending.first, pending.last, Busy { writing: pending.writing, git }, now) {
                    Decision::Go => Some(now),
                    Decision::Wait(until) => Some(until),
                    Decision::Idle => None,
                }
            }
            None => self.owed.as_ref().map(|_| now),
        };
        due.map(|due| self.not_before.map_or(due, |not_before| due.max(not_before)))
    }

    fn look(&mut self, workspace: &Arc<Workspace>, watch: &Watch) -> Result<(), Ended> {
        let mut seen = watch.watcher.drain();
        if seen.everything {
            // Where watches were doubted they are set anew, before the look.
            self.cover(workspace, watch);
            seen.merge(watch.watcher.drain());
        }
        if watch.watcher.is_gone() {
            return Err(Ended);
        }
        if seen.git && git_places(&self.control.project.root) != watch.git {
            return Err(Ended);
        }
        let lost = seen.everything && seen.git;
        self.lost = if lost { self.lost + 1 } else { 0 };
        let mut dirty = self.owed.take().unwrap_or_default();
        dirty.everything |= seen.everything;
        dirty.directories.extend(seen.directories.into_iter().filter_map(|bytes| RepoPath::new(bytes).ok()));
        self.not_before = None;
        self.pace.begin(Instant::now());
        let looked = workspace.look_at(&self.control, &dirty);
        self.pace.end(Instant::now());
        let ended = self.take_in(dirty, looked, |this, looked| {
            let new = matches!(looked, Looked::Version(outcome) if outcome.added > 0 || outcome.removed > 0);
            if seen.folders || seen.git || seen.everything || new {
                this.cover(workspace, watch);
            }
        });
        if ended.is_ok() && self.owed.is_none() && !seen.repositories.is_empty() {
            // A repository that begins is not whole yet when its folder is told of.
            let directories = seen.repositories.into_iter().filter_map(|bytes| RepoPath::new(bytes).ok());
            self.owed = Some(Dirty { everything: false, directories: directories.collect() });
            self.not_before = Some(Instant::now() + REPOSITORY_SETTLES);
        }
        if self.lost > 1 {
            // Looking at everything is itself an event for each directory: on a very large tree that may be what was too much.
            let wait = AFTER_FAILURE[(self.lost as usize - 2).min(AFTER_FAILURE.len() - 1)];
            self.not_before = Some(Instant::now() + wait);
        }
        self.untold.get_or_insert_with(Instant::now);
        self.tell_of_changes(Instant::now(), true);
        ended
    }

    /// A look without any watch.
    fn look_everywhere(&mut self, workspace: &Arc<Workspace>) {
        let dirty = Dirty { everything: true, ..Dirty::default() };
        let looked = workspace.look_at(&self.control, &dirty);
        let _ = self.take_in(dirty, looked, |_, _| {});
        self.owed = None;
    }

    /// What follows from how a look ended.
    fn take_in(&mut self, dirty: Dirty, looked: Result<Looked, SyncError>, after: impl FnOnce(&mut Self, &Looked)) -> Result<(), Ended> {
        match looked {
            Ok(Looked::NotNow) | Err(SyncError::AlreadyRunning | SyncError::Superseded) => {
                self.owed = Some(dirty);
                self.not_before = Some(Instant::now() + AFTER_BUSY);
            }
            Ok(looked) => {
                self.failures = 0;
                after(self, &looked);
                if let (Looked::Version(outcome), Some(listener)) = (looked, &self.control.listener) {
                    listener(Watched::Version(outcome));
                }
            }
            Err(error) => {
                if let Some(listener) = &self.control.listener {
                    listener(Watched::Failed(failure_of(&error)));
                }
                if error.code() == "FOLDER_MISSING" {
                    return Err(Ended);
                }
                // Whoever cancelled it doesn't want to see it again at once.
                let patience = if matches!(error, SyncError::Cancelled) { AFTER_FAILURE.len() - 1 } else { self.failures };
                self.not_before = Some(Instant::now() + AFTER_FAILURE[patience.min(AFTER_FAILURE.len() - 1)]);
                self.failures += 1;
                self.owed = Some(dirty);
            }
        }
        Ok(())
    }

    /// Watches every directory that the last scan went into, and tells how far that goes.
    fn cover(&mut self, workspace: &Arc<Workspace>, watch: &Watch) {
        let project = &self.control.project;
        let scanned = workspace.syncer.directories_to_watch(project.id.as_str(), &project.root);
        let mut directories: Vec<Vec<u8>> =
            scanned.map_or_else(|| vec![Vec::new()], |paths| paths.iter().map(|path| path.as_bytes().to_vec()).collect());
        let all = directories.len();
        let most = workspace.watches.most.load(std::sync::atomic::Ordering::Relaxed);
        if all > most {
            directories.sort_by_cached_key(|path| (path.split(|byte| *byte == b'/').count() - usize::from(path.is_empty()), path.clone()));
            directories.truncate(most);
        }
        let mut shown = Instant::now();
        let mut coverage = watch.watcher.set_directories(directories, |done, of| {
            if shown.elapsed() >= TELLING && self.control.state().kind == WatchKind::Starting {
                shown = Instant::now();
                workspace.watch_became(&self.control, words::preparing(&project.id, done, of));
            }
            !self.control.is_stopped()
        });
        if all > most {
            coverage.directories = all;
            coverage.limit_reached = true;
        }
        workspace.watch_became(&self.control, words::covered(&project.id, coverage, watch.drive));
    }

    fn tell_of_changes(&mut self, now: Instant, looked: bool) {
        let Some(untold) = self.untold else { return };
        let free = self.told.is_none_or(|told| now.duration_since(told) >= TELLING);
        if free
            && (looked || now.duration_since(untold) >= TELLING)
            && let Some(workspace) = self.workspace.upgrade()
        {
            self.untold = None;
            self.told = Some(now);
            workspace.folder_became_different(&self.control);
        }
    }

    fn unavailable(&self, failure: Failure) -> WatchState {
        WatchState { failure: Some(failure), ..words::unwatched(&self.control.project.id, WatchKind::Unavailable) }
    }

    fn wait_for_the_folder(&mut self) {
        self.failures = 0;
        self.owed = None;
        loop {
            let Orders { stop, look, .. } = self.control.wait_until(Instant::now() + TICK);
            if stop || look || self.workspace.strong_count() == 0 || self.control.project.root.is_dir() {
                return;
            }
        }
    }

    fn wait_for_an_order(&self) {
        loop {
            let Orders { stop, look, .. } = self.control.wait_until(Instant::now() + AFTER_FAILURE[3]);
            if stop || look || self.workspace.strong_count() == 0 {
                return;
            }
        }
    }

    fn wall_clock(&self) -> Option<Timestamp> {
        self.workspace.upgrade().map(|workspace| workspace.clock.now())
    }
}

/// Whether the computer's clock moved otherwise than its uptime.
fn jumped(before: (Instant, Option<Timestamp>), now: (Instant, Option<Timestamp>)) -> bool {
    let (Some(then), Some(wall)) = (before.1, now.1) else { return false };
    let uptime = i64::try_from(now.0.duration_since(before.0).as_millis()).unwrap_or(i64::MAX);
    (wall.millis() - then.millis()).abs_diff(uptime) > JUMP
}

fn git_places(root: &Path) -> Option<GitPlaces> {
    let repository = open_repository(root).ok().flatten().filter(|repository| !repository.is_bare())?;
    let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Some(GitPlaces { dir: resolved(repository.path()), common: resolved(repository.commondir()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_and_a_new_date_are_noticed_and_time_going_by_is_not() {
        let (start, wall) = (Instant::now(), Timestamp::from_millis(1_780_000_000_000));
        let after = |uptime: u64, clock: i64| (start + Duration::from_millis(uptime), wall.map(|wall| wall.plus_millis(clock)));
        assert!(!jumped((start, wall), after(2_000, 2_100)));
        assert!(!jumped((start, wall), after(60_000, 60_000)), "a busy computer may tick late");
        assert!(jumped((start, wall), after(2_000, 3_600_000)), "an hour of sleep");
        assert!(jumped((start, wall), after(2_000, -3_600_000)), "the date was set back");
    }
}
