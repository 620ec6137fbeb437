//! Every step of an apply is killed, fails, or meets somebody else's save: the tree is all old or all new, and no bytes are lost.

mod common;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use common::{Bench, EACCES, EIO, ENOSPC, Fault, Node, Random, Tree, build, killed, never, proposal, snapshot, states};
use lectern_journal::{JournalError, JournalStatus, RecoveredTo};

/// Old files get other names in a folder beside the tree, so that they are hard links; gives back which names belong together.
fn hard_links(bench: &Bench, random: &mut Random, old: &Tree) -> Vec<(Vec<u8>, std::path::PathBuf)> {
    let beside = bench.dir.path().join("beside");
    let _ = fs::remove_dir_all(&beside);
    fs::create_dir(&beside).expect("made");
    let mut links = Vec::new();
    for (index, (name, node)) in old.iter().enumerate() {
        if matches!(node, Node::File(..)) && random.chance(4) {
            let other = beside.join(index.to_string());
            fs::hard_link(bench.tree().join(OsStr::from_bytes(name)), &other).expect("linked");
            links.push((name.clone(), other));
        }
    }
    links
}

struct Case {
    bench: Bench,
    old: Tree,
    wanted: Tree,
    new: Tree,
    link_seed: u64,
}

impl Case {
    /// A random pair of trees; `None` when they are equal. Checks that an apply without faults gives the wanted files, and undo the old tree.
    fn new(seed: u64) -> Option<Self> {
        let mut random = Random(seed);
        let bench = Bench::new();
        bench.disk.no_exchange.store(seed % 3 == 2, Ordering::Relaxed);
        bench.disk.later.store(seed % 2 == 1, Ordering::Relaxed);
        let (old, wanted) = (random.tree(), random.tree());
        let mut case = Self { bench, old, wanted, new: Tree::new(), link_seed: random.next() };
        let links = case.reset();
        let before = snapshot(&case.bench.tree());
        let journal = case.bench.journal();
        let proposal = case.proposal();
        let first = match journal.write(&proposal, &never(), &|_, _, _, _| {}) {
            Ok(first) => first,
            Err(error) => panic!("seed {seed}: {error}\nold {:?}\nwanted {:?}", case.old, case.wanted),
        };
        let new = snapshot(&case.bench.tree());
        assert_eq!(states(&new), states(&case.wanted), "seed {seed}: exactly the wanted files");
        for (name, other) in &links {
            let path = case.bench.tree().join(OsStr::from_bytes(name));
            if let (Some(Node::File(bytes, _)), Ok(meta)) = (new.get(name), fs::symlink_metadata(&path)) {
                assert_eq!(meta.ino(), fs::metadata(other).expect("there").ino(), "seed {seed}: {name:?} is still the same file");
                assert_eq!(fs::read(other).expect("read"), *bytes);
            }
        }
        let id = first.journal_id?;
        let undone = journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect("undone");
        assert_eq!(snapshot(&case.bench.tree()), before, "seed {seed}: undo gives exactly the old tree");
        journal.undo("project", &undone.journal_id.expect("something was done"), &never(), &|_, _, _, _| {}).expect("redone");
        assert_eq!(snapshot(&case.bench.tree()), new, "seed {seed}: undoing the undo gives exactly the new tree");
        case.new = new;
        Some(case)
    }

    fn reset(&self) -> Vec<(Vec<u8>, std::path::PathBuf)> {
        build(&self.bench.fresh(), &self.old);
        hard_links(&self.bench, &mut Random(self.link_seed), &self.old)
    }

    fn proposal(&self) -> lectern_journal::Proposal {
        proposal(&self.bench.tree(), &snapshot(&self.bench.tree()), &self.wanted)
    }

    /// How many steps an apply has.
    fn steps(&self) -> usize {
        self.reset();
        self.bench.disk.set(Fault::Count);
        self.bench.journal().write(&self.proposal(), &never(), &|_, _, _, _| {}).expect("applied");
        self.bench.disk.steps()
    }
}

/// How many random cases, each tried at every step; more in a soak.
fn cases(usual: u64) -> u64 {
    let soak: Option<u64> = std::env::var("LECTERN_SOAK_COUNT").ok().and_then(|count| count.parse().ok());
    soak.map_or(usual, |count| usual.max(count / 10))
}

#[test]
fn killed_at_any_step_a_tree_recovers_to_all_old_or_all_new() {
    let (mut forward, mut back) = (0, 0);
    for case in (0..cases(14)).filter_map(Case::new) {
        for step in 1..=case.steps() {
            case.reset();
            let old = snapshot(&case.bench.tree());
            let proposal = case.proposal();
            case.bench.disk.set(Fault::Kill(step));
            let journal = case.bench.journal();
            let survived = killed(|| journal.write(&proposal, &never(), &|_, _, _, _| {}));
            assert!(survived.is_none(), "step {step} is one");
            // Recovery is killed too, at some step of its own; the next one gets through.
            case.bench.disk.set(Fault::Kill(step % 7 + 1));
            let second = case.bench.journal();
            let interrupted = killed(|| second.recover());
            case.bench.disk.set(Fault::Count);
            let recovered = case.bench.journal().recover().expect("recovers");
            let now = snapshot(&case.bench.tree());
            assert!(now == old || now == case.new, "step {step}: neither\nold {old:?}\nnew {:?}\nnow {now:?}", case.new);
            if let (None, [one]) = (interrupted, &recovered[..]) {
                let told = if one.outcome == RecoveredTo::Finished { &case.new } else { &old };
                assert_eq!(now, *told, "step {step}: what is said of it is so");
            }
            if now == old {
                back += 1
            } else {
                forward += 1
            }
            assert!(case.bench.journal().recover().expect("recovers").is_empty(), "nothing is left to do");
        }
    }
    assert!(forward > 20 && back > 20, "both ways are taken: {forward} on, {back} back");
}

#[test]
fn an_error_at_any_step_leaves_all_old() {
    for case in (1000..1000 + cases(5)).filter_map(Case::new) {
        case.bench.disk.count_reads.store(true, Ordering::Relaxed);
        for (step, errno) in (1..=case.steps()).flat_map(|step| [ENOSPC, EACCES, EIO].map(|errno| (step, errno))).skip(1).step_by(2) {
            case.reset();
            case.bench.disk.set(Fault::Count);
            let old = snapshot(&case.bench.tree());
            let proposal = case.proposal();
            case.bench.disk.set(Fault::Once(step, errno));
            let journal = case.bench.journal();
            let result = journal.write(&proposal, &never(), &|_, _, _, _| {});
            case.bench.disk.set(Fault::Count);
            let recovered = case.bench.journal().recover().expect("recovers");
            assert_eq!(recovered, [], "step {step}: an error is dealt with at once");
            let now = snapshot(&case.bench.tree());
            match result {
                Ok(_) => assert_eq!(now, case.new, "step {step}, errno {errno}: it said that all was done"),
                Err(JournalError::NeedsAttention { .. }) => panic!("step {step}: one error can be taken back"),
                Err(_) => assert_eq!(now, old, "step {step}, errno {errno}: it said that nothing was"),
            }
        }
    }
}

#[test]
fn a_disk_that_stays_broken_is_put_right_at_the_next_start() {
    let mut stuck = 0;
    for case in (2000..2000 + cases(8)).filter_map(Case::new) {
        for step in 1..=case.steps() {
            case.reset();
            let old = snapshot(&case.bench.tree());
            let proposal = case.proposal();
            case.bench.disk.set(Fault::From(step, EIO));
            let result = case.bench.journal().write(&proposal, &never(), &|_, _, _, _| {});
            case.bench.disk.set(Fault::Count);
            if let Err(JournalError::NeedsAttention { .. }) = &result {
                stuck += 1;
                let listed = case.bench.journal().list("project", 1).expect("listed");
                assert_eq!(listed[0].status, JournalStatus::NeedsAttention);
                assert!(listed[0].problem.as_ref().is_some_and(|problem| problem.retry), "{:?}", listed[0].problem);
            }
            case.bench.journal().recover().expect("recovers");
            let now = snapshot(&case.bench.tree());
            match result {
                Ok(_) => assert_eq!(now, case.new),
                Err(JournalError::NeedsAttention { .. }) => assert!(now == old || now == case.new, "step {step}: {now:?}"),
                Err(_) => assert_eq!(now, old, "step {step}"),
            }
        }
    }
    assert!(stuck > 20, "a disk that stays broken is noticed: {stuck}");
}

/// Saves as an editor does, by renaming; or by writing into the file.
fn save(path: &Path, text: &[u8], by_rename: bool) {
    if by_rename {
        let other = path.with_file_name("editor's own temporary file");
        fs::write(&other, text).and_then(|()| fs::rename(&other, path)).expect("saved");
    } else {
        fs::write(path, text).expect("saved");
    }
}

const TEXT: &[u8] = b"somebody else's words, of a length that no test file has";

impl Case {
    /// A file of the old tree that changes. A file with several names is written in place, and then its owner's writes and ours can't be told
    /// apart in the same moment.
    fn saved(&self) -> Option<Vec<u8>> {
        let links: BTreeMap<_, _> = self.reset().into_iter().collect();
        let wanted = states(&self.wanted);
        states(&self.old)
            .into_iter()
            .find(|(name, state)| wanted.get(name) != Some(state) && !links.contains_key(name))
            .map(|(name, _)| name)
    }

    /// Saves that file, and says whether that could be done: where a folder has taken its place, or its folder is gone, nobody can.
    fn saving(&self, name: &[u8], by_rename: bool) -> (Arc<AtomicBool>, Box<dyn Fn() + Send + Sync>) {
        let target = self.bench.tree().join(OsStr::from_bytes(name));
        let saved = Arc::new(AtomicBool::new(false));
        let done = saved.clone();
        let save = move || {
            let folder = target.parent().is_some_and(|parent| fs::symlink_metadata(parent).is_ok_and(|meta| meta.is_dir()));
            if folder && !target.is_dir() {
                save(&target, TEXT, by_rename || target.is_symlink());
                done.store(true, Ordering::Relaxed);
            }
        };
        (saved, Box::new(save))
    }
}

#[test]
fn a_save_right_before_a_kill_is_never_lost() {
    let (mut looked, mut attention) = (0, 0);
    for (case, seed) in (4000..4000 + cases(8)).filter_map(|seed| Case::new(seed).map(|case| (case, seed))) {
        let Some(name) = case.saved() else { continue };
        case.bench.disk.count_reads.store(true, Ordering::Relaxed);
        for (step, later) in (1..=case.steps()).map(|step| (step, step % 3 + 1)) {
            case.reset();
            let old = snapshot(&case.bench.tree());
            case.bench.disk.set(Fault::Count);
            let proposal = case.proposal();
            let (saved, save) = case.saving(&name, step % 2 == 0);
            case.bench.disk.set(Fault::DoThenKill(step, later, save));
            let journal = case.bench.journal();
            killed(|| journal.write(&proposal, &never(), &|_, _, _, _| {}));
            case.bench.disk.set(Fault::Count);
            let recovered = case.bench.journal().recover().expect("recovers");
            if !saved.load(Ordering::Relaxed) {
                continue;
            }
            looked += 1;
            attention += usize::from(matches!(recovered.first().map(|one| &one.outcome), Some(RecoveredTo::NeedsAttention(_))));
            let mut now = snapshot(&case.bench.tree());
            let kept = now.remove(&name);
            assert!(
                matches!(&kept, Some(Node::File(bytes, _)) if bytes == TEXT),
                "seed {seed} step {step}: the save is there, not {kept:?} ({recovered:?})\nold {old:?}\nnow {now:?}"
            );
            let rest = |tree: &Tree| {
                let mut files = states(tree);
                // What can't be beside the saved file.
                files.retain(|other, _| *other != name && !(other.starts_with(&name) && other.get(name.len()) == Some(&b'/')));
                files
            };
            let now = rest(&now);
            assert!(
                now == rest(&old) || now == rest(&case.new),
                "seed {seed} step {step}: the others are all old or all new ({recovered:?})"
            );
        }
    }
    assert!(looked > 50 && attention > 0, "{looked} saves, {attention} of them to be looked at");
}

#[test]
fn a_save_at_any_step_is_never_lost() {
    let (mut refused, mut overtaken) = (0, 0);
    for (case, seed) in (3000..3000 + cases(10)).filter_map(|seed| Case::new(seed).map(|case| (case, seed))) {
        let Some(name) = case.saved() else { continue };
        case.bench.disk.count_reads.store(true, Ordering::Relaxed);
        for step in 1..=case.steps() {
            case.reset();
            let old = snapshot(&case.bench.tree());
            case.bench.disk.set(Fault::Count);
            let proposal = case.proposal();
            let by_rename = (seed + step as u64).is_multiple_of(2) || matches!(case.old[&name], Node::Link(_));
            let (saved, save) = case.saving(&name, by_rename);
            case.bench.disk.set(Fault::Do(step, save));
            let journal = case.bench.journal();
            let result = journal.write(&proposal, &never(), &|_, _, _, _| {});
            case.bench.disk.set(Fault::Count);
            case.bench.journal().recover().expect("recovers");
            if !saved.load(Ordering::Relaxed) {
                continue;
            }
            let mut now = snapshot(&case.bench.tree());
            let kept = now.remove(&name);
            assert!(
                matches!(&kept, Some(Node::File(bytes, _)) if bytes == TEXT),
                "seed {seed} step {step}: the save is there, not {kept:?} ({result:?})\nold {old:?}\nnow {now:?}"
            );
            let rest = |tree: &Tree| {
                let mut files = states(tree);
                files.remove(&name);
                files
            };
            match result {
                Ok(_) => {
                    overtaken += 1;
                    assert_eq!(rest(&now), rest(&case.new), "seed {seed} step {step}: saved after it was done");
                }
                Err(error) => {
                    refused += 1;
                    let within = |other: &Vec<u8>| other.starts_with(&name) && other.get(name.len()) == Some(&b'/');
                    let mut expected = rest(&old);
                    expected.retain(|other, _| !within(other));
                    assert_eq!(rest(&now), expected, "seed {seed} step {step}: everything else is old again after {error}");
                }
            }
        }
    }
    assert!(refused > 20 && overtaken > 5, "{refused} refused, {overtaken} overtaken");
}
