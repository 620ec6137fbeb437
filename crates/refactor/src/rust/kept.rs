//! What was worked out stays for the next question: on a thread of its own, for as long as no file changes.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use lectern_objects::ObjectHash;

use super::{
    index::{KnownNames, in_parts},
    world::{Known, World},
};
use crate::{Project, Refused, RefusedKind};

/// Trees of deeply nested code are walked by functions that call themselves.
const STACK: usize = 256 << 20;
/// States of a project's files that are kept: as they are, and as they would be after what is being reviewed.
const STATES: usize = 2;

/// A thread that answers a project's questions, one after the other. Trees can't leave the thread they were made on.
struct Answering(Option<rayon::ThreadPool>);

/// The files that answers depend on, each with its contents.
type Stamp = Vec<(String, ObjectHash)>;

thread_local! {
    /// The latest first.
    static KEPT: RefCell<Vec<(Stamp, Rc<Known>)>> = const { RefCell::new(Vec::new()) };
    static NAMES: RefCell<KnownNames> = RefCell::default();
}

/// Answers a question about a project.
pub(super) fn asked<T: Send>(project: &dyn Project, question: impl FnOnce(&World<'_>) -> Result<T, Refused> + Send) -> Result<T, Refused> {
    let failed = || Refused::new(RefusedKind::Unsupported, "This question could not be answered.");
    let answering = project.memo().get("", ObjectHash::of(b"rust"), || {
        let name = |_| "rust-engine".to_owned();
        Answering(rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).thread_name(name).build().ok())
    });
    let pool = answering.0.as_ref().ok_or_else(failed)?;
    pool.install(|| catch_unwind(AssertUnwindSafe(|| answer(project, question)))).unwrap_or_else(|_| Err(failed()))
}

fn answer<T>(project: &dyn Project, question: impl FnOnce(&World<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
    let files = files(project);
    // Taken out: a question that fails half-way leaves nothing behind.
    let mut kept = KEPT.take();
    let is_same = |stamp: &Stamp| stamp.iter().map(|(path, object)| (path.as_str(), *object)).eq(files.iter().copied());
    let (stamp, known) = match kept.iter().position(|(stamp, _)| is_same(stamp)) {
        Some(at) => kept.remove(at),
        None => (files.iter().map(|(path, object)| ((*path).to_owned(), *object)).collect(), Rc::default()),
    };
    kept.truncate(STATES - 1);
    let names = RefCell::new(NAMES.take());
    let answer = question(&World::new(project, Rc::clone(&known), &names));
    NAMES.replace(names.into_inner());
    if !known.is_large() {
        kept.insert(0, (stamp, known));
    }
    KEPT.replace(kept);
    answer
}

/// The files that answers depend on.
fn files(project: &dyn Project) -> Vec<(&str, ObjectHash)> {
    let paths: Vec<&String> = project.paths().iter().filter(|path| path.ends_with(".rs") || path.ends_with("Cargo.toml")).collect();
    in_parts(&paths, |path| Some((path.as_str(), project.object(path)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InMemory, Place};

    /// Types of so many uses, in bodies that are long.
    fn long(uses: usize, name: &str) -> InMemory {
        let uses = format!("boats.iter().map(|boat| boat.{name}).sum::<u32>(); make().{name};\n").repeat(uses);
        let text = format!(
            "pub struct Boat {{ {name}: u32 }}\nstruct Other {{ {name}: u8 }}\nfn make() -> Boat {{ Boat {{ {name}: 1 }} }}\n\
             fn all(boats: Vec<Boat>) {{ {uses} }}\nfn other(o: Other) -> u8 {{ o.{name} }}\n"
        );
        InMemory::new([("lib.rs".to_owned(), text)])
    }

    /// How many places mean the field, and how many expressions were typed for all questions so far.
    fn count(project: &InMemory) -> (usize, u64) {
        let at = Place { path: "lib.rs".to_owned(), offset: 18 };
        asked(project, |world| Ok((world.references(&at)?.occurrences.len(), world.inferred.get()))).expect("it is a field")
    }

    #[test]
    fn what_was_worked_out_for_one_question_is_there_for_the_next() {
        let project = long(50, "size");
        let (found, first) = count(&project);
        assert_eq!(found, 102, "its declaration, a literal and a hundred uses");
        assert_eq!(count(&project), (found, first), "nothing is typed again");
    }

    #[test]
    fn types_are_worked_out_once_for_each_expression_of_a_body() {
        let typed = |uses| count(&long(uses, "size")).1;
        let (few, many) = (typed(50), typed(200));
        assert!(many < few * 5, "four times as many uses take four times the work, not sixteen times: {few} and {many}");
    }

    #[test]
    fn a_file_that_changed_is_looked_at_anew() {
        let memo = InMemory::new([]);
        let of = |text: &'static str| Changing { memo: &memo, paths: vec!["a.rs".to_owned()], text };
        let places = |text: &'static str| {
            let at = Place { path: "a.rs".to_owned(), offset: 3 };
            asked(&of(text), |world| Ok(world.references(&at)?.occurrences.len())).expect("a function")
        };
        assert_eq!(places("fn a() { a() }"), 2);
        assert_eq!(places("fn a() { a(); a() }"), 3);
        assert_eq!(places("fn a() {}"), 1);
        assert_eq!(places("fn a() { a() }"), 2);
    }

    /// One memo, and texts that come and go.
    struct Changing<'a> {
        memo: &'a InMemory,
        paths: Vec<String>,
        text: &'static str,
    }

    impl Project for Changing<'_> {
        fn paths(&self) -> &[String] {
            &self.paths
        }

        fn text(&self, path: &str) -> Option<std::sync::Arc<str>> {
            self.has(path).then(|| self.text.into())
        }

        fn object(&self, path: &str) -> Option<ObjectHash> {
            self.has(path).then(|| ObjectHash::of(self.text.as_bytes()))
        }

        fn memo(&self) -> &crate::Memo {
            self.memo.memo()
        }
    }
}
