//! What a journal that did not get to its end is brought to: all as it was, or all as it was to be.

use std::{
    collections::{BTreeSet, HashMap},
    io,
};

use lectern_objects::MAX_OBJECT_SIZE;

use crate::{
    RelPath,
    disk::{Kind, is_absent},
    look::{Found, Seen, bytes, look},
    plan::{Direction, FilePlan, Manner, Side},
    preflight::NAMED,
    work::Work,
};

/// Bytes written into a file that stays come to the disk by blocks of this size, at most.
const BLOCK: usize = 4096;

/// How a file stands to the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pre,
    Post,
    /// Partly written, by us.
    Torn,
    /// Somebody else's.
    Foreign,
}

/// What the disk says, the only thing that counts.
struct Survey {
    standings: Vec<Standing>,
    seen: Vec<Seen>,
    /// Files whose temporary file holds bytes that are nobody's we know.
    keep: BTreeSet<usize>,
    /// Files that were written as they were to be and then by somebody else: their old bytes are where they were moved to.
    overtaken: BTreeSet<usize>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    /// All as it was to be.
    Forward,
    /// All as it was; what others wrote is as they wrote it.
    Back,
    /// These are neither. With `retry`, another try may help.
    Stuck { files: Vec<RelPath>, reason: String, retry: bool },
}

impl Survey {
    fn count(&self, wanted: Standing) -> usize {
        self.standings.iter().filter(|standing| **standing == wanted).count()
    }

    /// The files to move when going that way.
    fn moving(&self, direction: Direction) -> HashMap<usize, Seen> {
        let there = if direction == Direction::Forward { Standing::Post } else { Standing::Pre };
        let ours = |(_, standing): &(usize, &Standing)| **standing != there && **standing != Standing::Foreign;
        self.standings.iter().enumerate().filter(ours).map(|(seq, _)| (seq, self.seen[seq])).collect()
    }
}

impl Work<'_> {
    /// After a kill: on to the end where that can be, else back.
    pub fn settle(&self) -> Settled {
        let first = match self.survey() {
            Ok(survey) => survey,
            Err((path, error)) => return unreachable_files(vec![path], &error),
        };
        let (pre, post) = (first.count(Standing::Pre), first.count(Standing::Post));
        let (torn, foreign) = (first.count(Standing::Torn), first.count(Standing::Foreign));
        let overtaken = first.overtaken.len();
        let complete = post + overtaken > 0 && pre + torn == 0;
        let begun = post + torn + overtaken > 0;
        if complete || (begun && foreign == 0 && self.has_contents(&first)) {
            match self.run(Direction::Forward, &first.moving(Direction::Forward), &mut BTreeSet::new()) {
                Ok(()) if first.keep.is_empty() => return self.cleaned(&first.keep, Settled::Forward),
                Ok(()) => return self.stuck(&first, "a temporary file was written to"),
                // Written by somebody else since: nothing is left for us to do there.
                Err(_) if complete => return self.cleaned(&first.keep, Settled::Forward),
                Err(_) => {}
            }
        }
        // What somebody wrote over a file that we never touched is simply newer; over one that we may have, it needs to be looked at.
        self.back(&|_| begun)
    }

    /// After an error: back. `touched` are the files of which something may have been changed.
    pub fn undo(&self, touched: &BTreeSet<usize>) -> Settled {
        self.back(&|seq| touched.contains(&seq))
    }

    fn back(&self, may_be_ours: &dyn Fn(usize) -> bool) -> Settled {
        let mut reason = String::new();
        // A file that is changed while it is taken back is somebody else's at the second look.
        for _ in 0..3 {
            let survey = match self.survey() {
                Ok(survey) => survey,
                Err((path, error)) => return unreachable_files(vec![path], &error),
            };
            match self.run(Direction::Back, &survey.moving(Direction::Back), &mut BTreeSet::new()) {
                Ok(()) => {
                    let foreign = survey.standings.iter().enumerate().filter(|(_, standing)| **standing == Standing::Foreign);
                    let doubtful = foreign.map(|(seq, _)| seq).filter(|seq| may_be_ours(*seq) || survey.overtaken.contains(seq)).count();
                    if doubtful == 0 && survey.keep.is_empty() {
                        return self.cleaned(&survey.keep, Settled::Back);
                    }
                    return self.stuck(&survey, "they were changed in the meantime, and stay as they are");
                }
                Err(error) => reason = error.to_string(),
            }
        }
        let files = match self.survey() {
            Ok(survey) => survey.moving(Direction::Back).into_keys().collect::<BTreeSet<_>>(),
            Err((path, error)) => return unreachable_files(vec![path], &error),
        };
        Settled::Stuck { files: self.paths(files.into_iter()), reason, retry: true }
    }

    fn cleaned(&self, keep: &BTreeSet<usize>, settled: Settled) -> Settled {
        match self.clean(keep) {
            Ok(()) => settled,
            Err(error) => Settled::Stuck { files: Vec::new(), reason: crate::error::plain(&error), retry: true },
        }
    }

    fn stuck(&self, survey: &Survey, reason: &str) -> Settled {
        let foreign = survey.standings.iter().enumerate().filter(|(_, standing)| **standing == Standing::Foreign).map(|(seq, _)| seq);
        let files: BTreeSet<usize> = foreign.chain(survey.keep.iter().copied()).collect();
        let files = self.paths(files.into_iter());
        let settled = Settled::Stuck { files, reason: reason.to_owned(), retry: false };
        self.cleaned(&survey.keep, settled)
    }

    fn paths(&self, files: impl Iterator<Item = usize>) -> Vec<RelPath> {
        files.take(NAMED).map(|seq| self.plan.files[seq].path.clone()).collect()
    }

    fn survey(&self) -> Result<Survey, (RelPath, io::Error)> {
        let mut survey = Survey { standings: Vec::new(), seen: Vec::new(), keep: BTreeSet::new(), overtaken: BTreeSet::new() };
        for file in &self.plan.files {
            let (mut standing, mut seen) = self.standing(file).map_err(|error| (file.path.clone(), error))?;
            let temporary = self.foreign_temporary(file).map_err(|error| (file.path.clone(), error))?;
            if temporary && standing == Standing::Post {
                // Killed after the swap and before the look at what it had displaced: a save of somebody else. It goes back to its place.
                let back = match file.manner(Direction::Forward) {
                    Manner::Exchange => self.exchange(file),
                    _ => self.disk.rename_to_free(self.root, &file.temporary(self.id), &file.path),
                };
                back.map_err(|error| (file.path.clone(), error))?;
                (standing, seen) = self.standing(file).map_err(|error| (file.path.clone(), error))?;
            } else if temporary && standing == Standing::Foreign {
                survey.keep.insert(file.seq);
            } else if standing == Standing::Foreign && self.is_displaced(file).map_err(|error| (file.path.clone(), error))? {
                survey.overtaken.insert(file.seq);
            }
            survey.standings.push(standing);
            survey.seen.push(seen);
        }
        Ok(survey)
    }

    fn standing(&self, file: &FilePlan) -> io::Result<(Standing, Seen)> {
        self.finish_waiting(file)?;
        let (found, seen) = look(self.disk, self.root, &file.path, MAX_OBJECT_SIZE)?;
        let standing = match found {
            Found::State(state) if state == file.post.state() => Standing::Post,
            Found::State(state) if state == file.pre.state() => Standing::Pre,
            Found::State(_) if file.in_place && self.is_torn(file)? => Standing::Torn,
            _ => Standing::Foreign,
        };
        Ok((standing, seen))
    }

    /// On a file system that can't exchange, old bytes may wait under a third name.
    fn finish_waiting(&self, file: &FilePlan) -> io::Result<()> {
        let (waiting, temporary) = (file.waiting(self.id), file.temporary(self.id));
        if file.manner(Direction::Forward) != Manner::Exchange || self.disk.stat(self.root, &waiting)?.is_none() {
            return Ok(());
        }
        if self.disk.stat(self.root, &file.path)?.is_none() {
            return self.disk.rename_to_free(self.root, &waiting, &file.path);
        }
        if self.disk.stat(self.root, &temporary)?.is_none() {
            return self.disk.rename_to_free(self.root, &waiting, &temporary);
        }
        Ok(())
    }

    /// Whether the old bytes were moved away, so that whatever is at the path came after them.
    fn is_displaced(&self, file: &FilePlan) -> io::Result<bool> {
        match file.manner(Direction::Forward) {
            Manner::Exchange | Manner::Vanish => self.is_at(&file.temporary(self.id), &file.pre),
            Manner::Appear | Manner::InPlace | Manner::Mode => Ok(false),
        }
    }

    /// Whether the temporary file holds bytes that are neither side's, nor the beginning of one.
    fn foreign_temporary(&self, file: &FilePlan) -> io::Result<bool> {
        let temporary = file.temporary(self.id);
        let Some(stat) = self.disk.stat(self.root, &temporary)? else { return Ok(false) };
        if stat.kind == Kind::Directory || stat.size > MAX_OBJECT_SIZE {
            return Ok(true);
        }
        let Some(found) = bytes(self.disk, self.root, &temporary)? else { return Ok(true) };
        for side in [&file.pre, &file.post] {
            // Its mode may not be set yet.
            let same_kind = matches!(side, Side::Symlink { .. }) == (stat.kind == Kind::Symlink);
            if side.is_present() && same_kind && self.content(file, side).is_ok_and(|bytes| bytes.starts_with(&found)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the file is a mix of both sides, as writing into it leaves it behind: each block one's, or the one's up to a byte and the other's from there.
    pub fn is_torn(&self, file: &FilePlan) -> io::Result<bool> {
        let (Side::File { .. }, Side::File { .. }) = (&file.pre, &file.post) else { return Ok(false) };
        let (Ok(pre), Ok(post)) = (self.content(file, &file.pre), self.content(file, &file.post)) else { return Ok(false) };
        let Some(stat) = self.disk.stat(self.root, &file.path)? else { return Ok(false) };
        if stat.kind != Kind::File || stat.size > pre.len().max(post.len()) as u64 {
            return Ok(false);
        }
        Ok(bytes(self.disk, self.root, &file.path)?.is_some_and(|found| is_mix(&found, &pre, &post) || is_mix(&found, &post, &pre)))
    }

    fn has_contents(&self, survey: &Survey) -> bool {
        let moving = survey.moving(Direction::Forward);
        self.plan.files.iter().filter(|file| moving.contains_key(&file.seq)).all(|file| {
            let (_, to) = file.sides(Direction::Forward);
            to.object().is_none_or(|(hash, _)| self.contents.contains_key(&hash) || self.objects.contains(&hash).unwrap_or(false))
        })
    }
}

/// Whether `found` is what writing `new` over `old` from the beginning may leave, blocks in any order.
fn is_mix(found: &[u8], old: &[u8], new: &[u8]) -> bool {
    if found.len() < old.len().min(new.len()) {
        return false;
    }
    let part = |bytes: &'_ [u8], start: usize, end: usize| {
        bytes.get(start.min(bytes.len())..end.min(bytes.len())).map(<[u8]>::to_vec).unwrap_or_default()
    };
    (0..found.len()).step_by(BLOCK).all(|start| {
        let end = (start + BLOCK).min(found.len());
        let block = &found[start..end];
        let (old, new) = (part(old, start, end), part(new, start, end));
        if block == old || block == new {
            return true;
        }
        let written = block.iter().zip(&new).take_while(|(a, b)| a == b).count();
        // The old bytes from some place on that the new ones reach.
        let kept = block.iter().rev().zip(old.iter().rev()).take_while(|(a, b)| a == b).count();
        block.len() == old.len() && written + kept >= block.len() || block.len() == written
    })
}

fn unreachable_files(files: Vec<RelPath>, error: &io::Error) -> Settled {
    let reason = if is_absent(error) { "the folder is not there".to_owned() } else { crate::error::plain(error) };
    Settled::Stuck { files, reason, retry: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_write_that_was_cut_off_anywhere_is_recognised(old in proptest::collection::vec(any::<u8>(), 0..9000), new in proptest::collection::vec(any::<u8>(), 0..9000), at in 0_usize..9000) {
            let at = at.min(new.len());
            let mut found = old.clone();
            found.resize(old.len().max(at), 0);
            found[..at].copy_from_slice(&new[..at]);
            prop_assert!(is_mix(&found, &old, &new));
        }
    }

    #[test]
    fn other_bytes_are_no_mix() {
        assert!(!is_mix(b"something else", b"the old bytes!", b"the new bytes!"));
        assert!(!is_mix(b"short", b"the old bytes!", b"the new bytes!"));
    }
}
