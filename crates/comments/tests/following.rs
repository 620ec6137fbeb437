//! Threads followed into versions, by the rows that are left.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex},
};

use lectern_anchor::{LineRange, State};
use lectern_comments::{
    Before, ChangedFile, CommentThread, Event, Following, NewComment, Novelty, Origin, OriginText, Place, Placed, Texts, Threads,
};
use lectern_notify::{Notice, Notifications};
use lectern_objects::ObjectHash;
use lectern_store::{ManualClock, Store, StoreOptions, Timestamp, rusqlite};
use proptest::prelude::*;

const USER: &str = "u";
const PROJECT: &str = "p";

/// A project whose versions are lists of files.
struct Fixture {
    _dir: tempfile::TempDir,
    store: Arc<Store>,
    threads: Threads,
    clock: ManualClock,
    texts: Mutex<HashMap<ObjectHash, Arc<str>>>,
    versions: Vec<BTreeMap<String, String>>,
}

struct Kept<'a>(&'a Fixture);

impl Texts for Kept<'_> {
    fn text(&self, object: &ObjectHash) -> Option<Arc<str>> {
        self.0.texts.lock().expect("no panic").get(object).cloned()
    }
}

impl Fixture {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("a time"));
        let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &clock).expect("a store"));
        store
            .write(|tx| {
                let now = "2026-01-01T00:00:00.000Z";
                tx.execute("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES (?1, 'a@b', '', ?2, ?2)", [USER, now])?;
                tx.execute(
                    "INSERT INTO projects (id, owner_id, name, description, root_path, created_at, updated_at) VALUES (?1, ?2, 'p', '', x'2f70', ?3, ?3)",
                    [PROJECT, USER, now],
                )?;
                Ok::<_, rusqlite::Error>(())
            })
            .expect("rows");
        let threads = Threads::new(Arc::clone(&store), Arc::new(clock.clone()));
        let mut fixture = Self { _dir: dir, store, threads, clock, texts: Mutex::default(), versions: Vec::new() };
        fixture.version(files);
        fixture
    }

    /// Another version; its number.
    fn version(&mut self, files: &[(&str, &str)]) -> usize {
        let mut texts = self.texts.lock().expect("no panic");
        for (_, text) in files {
            texts.insert(ObjectHash::of(text.as_bytes()), Arc::from(*text));
        }
        drop(texts);
        self.versions.push(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect());
        let number = self.versions.len();
        self.store
            .write(|tx| {
                tx.execute(
                    "INSERT INTO project_manifests (id, project_id, version, created_at, data, hash) VALUES (?1, ?2, ?3, '2026-01-01T00:00:00.000Z', '{}', ?4)",
                    rusqlite::params![manifest(number), PROJECT, u32::try_from(number).expect("small"), ObjectHash::of(&number.to_le_bytes()).to_string()],
                )
            })
            .expect("a manifest");
        number
    }

    fn object_at(&self, version: usize, path: &str) -> Option<ObjectHash> {
        self.versions[version - 1].get(path).map(|text| ObjectHash::of(text.as_bytes()))
    }

    fn thread(&self, path: &str, first: u32, last: u32) -> CommentThread {
        let version = self.versions.len();
        let text = &self.versions[version - 1][path];
        let place = Place::lines(path, LineRange::new(first, last).expect("a range"));
        let mut origin = Origin::new(&place, Some(OriginText { object: ObjectHash::of(text.as_bytes()), text: Some(text) }));
        origin.manifest_id = Some(manifest(version));
        self.threads.create(PROJECT, origin, NewComment { author_id: Some(USER.into()), model: None, body: "x".into() }).expect("a thread")
    }

    /// Follows all threads into the latest version; the paths that changed since `before` tell which.
    fn follow(&self, before: Option<usize>) -> lectern_comments::Tally {
        let number = self.versions.len();
        let changed: Option<HashSet<String>> = before.map(|before| {
            let (old, new) = (&self.versions[before - 1], &self.versions[number - 1]);
            old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path)).cloned().collect()
        });
        let texts = Kept(self);
        let into = Following {
            version: u32::try_from(number).expect("small"),
            object_at: &|path| self.object_at(number, path),
            since: &|base| {
                let base: usize = base.manifest.expect("a manifest").trim_start_matches('m').parse().expect("a number");
                let old = &self.versions[base - 1];
                let files = self.versions[number - 1].iter().filter(|(path, text)| old.get(*path) != Some(text));
                let changed = files.map(|(path, text)| ChangedFile {
                    path: path.clone(),
                    novelty: if old.contains_key(path) { Novelty::Changed } else { Novelty::Added },
                    object: ObjectHash::of(text.as_bytes()),
                    before: old.get(path).map(|text| Before::Object(ObjectHash::of(text.as_bytes()))),
                });
                changed.collect()
            },
            texts: &texts,
            before: &|before| match before {
                Before::Object(object) => texts.text(object),
                Before::Blob(_) => None,
            },
        };
        self.threads.follow(PROJECT, USER, &manifest(number), changed.as_ref(), &into).expect("followed")
    }

    fn now(&self, thread: &CommentThread) -> CommentThread {
        self.threads.thread(PROJECT, &thread.id).expect("read").expect("it is there")
    }

    fn notices(&self) -> Vec<Notice> {
        let notifications = Notifications::new(Arc::clone(&self.store), Arc::new(self.clock.clone()));
        let all = notifications.list(USER, None, 100).expect("a list");
        all.into_iter().map(|one| one.notice).collect()
    }
}

fn manifest(version: usize) -> String {
    format!("m{version}")
}

fn function(name: &str) -> String {
    format!("fn {name}(input: &Input) -> Output {{\n    let {name} = input.read();\n    {name}.finish()\n}}\n\n")
}

#[test]
fn following_changes_only_what_is_elsewhere_and_writes_it_down_once() {
    let mut fixture = Fixture::new(&[("a.rs", &(function("one") + &function("two"))), ("b.rs", &function("three"))]);
    let (two, three) = (fixture.thread("a.rs", 6, 9), fixture.thread("b.rs", 1, 4));
    fixture.version(&[("a.rs", &(function("zero") + &function("one") + &function("two"))), ("b.rs", &function("three"))]);
    let tally = fixture.follow(Some(1));
    assert_eq!((tally.looked_at, tally.changed), (1, 1), "only the thread of the file that changed is looked at");
    assert_eq!((fixture.now(&two).place.line_start, fixture.now(&three).place.line_start), (11, 1));
    assert_eq!(fixture.threads.followed(PROJECT).expect("read").as_deref(), Some("m2"));
    let again = fixture.follow(None);
    assert_eq!((again.looked_at, again.changed), (2, 0), "a second time nothing is different");
    let events: Vec<Event> = fixture.threads.history(PROJECT, &two.id).expect("a history").into_iter().map(|event| event.event).collect();
    assert_eq!(events, [Event::Created, Event::Followed]);
}

#[test]
fn many_that_are_lost_at_once_are_told_once() {
    let many: String = (0..8).map(|number| function(&format!("gone_{number}"))).collect();
    let mut fixture = Fixture::new(&[("a.rs", &many)]);
    let threads: Vec<CommentThread> = (0..8).map(|number| fixture.thread("a.rs", number * 5 + 1, number * 5 + 4)).collect();
    fixture.threads.set_resolved(PROJECT, &threads[0].id, true).expect("resolved");
    fixture.version(&[("a.rs", "// Nothing is left.\n")]);
    let tally = fixture.follow(Some(1));
    assert_eq!(tally.outdated, 7, "a resolved thread is nobody's worry");
    let notices = fixture.notices();
    assert!(matches!(&notices[..], [Notice::ThreadOutdated(lost)] if lost.threads == 7 && lost.path == "a.rs"), "{notices:?}");
    assert!(threads.iter().all(|thread| fixture.now(thread).state == State::Outdated));
}

#[test]
fn a_thread_that_is_placed_while_others_are_followed_stays_where_it_was_placed() {
    let mut fixture = Fixture::new(&[("a.rs", &(function("one") + &function("two")))]);
    let thread = fixture.thread("a.rs", 1, 4);
    fixture.version(&[("a.rs", &(function("zero") + &function("one") + &function("two")))]);
    let text = fixture.versions[1]["a.rs"].clone();
    let number = fixture.versions.len();
    // Just before the texts are compared, somebody says where it is.
    let placed = Mutex::new(false);
    let texts = Kept(&fixture);
    let into = Following {
        version: 2,
        object_at: &|path| {
            let mut placed = placed.lock().expect("no panic");
            if !*placed {
                *placed = true;
                fixture.clock.advance(5);
                let place = Place::lines("a.rs", LineRange::new(11, 14).expect("a range"));
                let origin = Origin::new(&place, Some(OriginText { object: ObjectHash::of(text.as_bytes()), text: Some(&text) }));
                fixture.threads.place(PROJECT, &thread.id, Placed { origin, version: Some(2) }).expect("placed");
            }
            fixture.object_at(number, path)
        },
        since: &|_| Vec::new(),
        texts: &texts,
        before: &|_| None,
    };
    fixture.threads.follow(PROJECT, USER, "m2", None, &into).expect("followed");
    assert_eq!(fixture.now(&thread).place.line_start, 11);
}

#[test]
fn a_text_that_is_gone_is_followed_by_its_quote() {
    let mut fixture = Fixture::new(&[("a.rs", &(function("one") + &function("two")))]);
    let thread = fixture.thread("a.rs", 6, 9);
    let origin = thread.origin.object.expect("an object");
    fixture.version(&[("a.rs", &(function("zero") + &function("one") + &function("two")))]);
    fixture.texts.lock().expect("no panic").remove(&origin);
    fixture.follow(Some(1));
    let now = fixture.now(&thread);
    assert_eq!((now.state, now.place.line_start, now.place.line_end), (State::Exact, 11, 14));
    assert!(now.origin.quote.starts_with("fn two") && now.origin.prefix.contains("fn one"));
}

#[test]
fn what_went_away_and_comes_back_elsewhere_is_found_again() {
    let mut fixture = Fixture::new(&[("a.rs", &(function("one") + &function("two"))), ("other.rs", &function("three"))]);
    let thread = fixture.thread("a.rs", 6, 9);
    // Another branch, which has nothing of it; then one in which the file has another name.
    fixture.version(&[("readme", "Nothing.\n")]);
    fixture.follow(Some(1));
    assert_eq!(fixture.now(&thread).state, State::Outdated);
    fixture.version(&[("readme", "Still nothing.\n")]);
    assert_eq!(fixture.follow(Some(2)).looked_at, 0, "nothing that changed can have brought it back");
    fixture.version(&[("b.rs", &(function("one") + &function("two"))), ("other.rs", &function("three"))]);
    fixture.follow(Some(3));
    let now = fixture.now(&thread);
    assert_eq!((now.state, now.place.path.as_str(), now.place.line_start), (State::Moved, "b.rs", 6));
}

#[test]
fn what_can_not_be_compared_is_asked_about() {
    let mut fixture = Fixture::new(&[("a.rs", &function("one"))]);
    let thread = fixture.thread("a.rs", 1, 4);
    fixture.version(&[("a.rs", "no text any more")]);
    // Binary, or larger than what is compared.
    fixture.texts.lock().expect("no panic").remove(&ObjectHash::of(b"no text any more"));
    fixture.follow(Some(1));
    let now = fixture.now(&thread);
    assert_eq!(now.state, State::NeedsReview);
    assert_eq!((now.place.line_start, now.anchor.candidates.len()), (1, 1));
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0_u8..40, 1..60)
}

fn code(lines: &[u8]) -> String {
    lines.iter().map(|line| format!("let value_{line} = compute_{line}(input, {line});\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_versions_in_between_do_not_matter(a in lines(), b in lines(), c in lines(), first: prop::sample::Index, more in 0_usize..6) {
        let (first, text) = (first.index(a.len()), code(&a));
        let last = (first + more).min(a.len() - 1);
        let line = |index: usize| u32::try_from(index + 1).expect("small");
        let mut through = Fixture::new(&[("a.rs", &text)]);
        let one = through.thread("a.rs", line(first), line(last));
        through.version(&[("a.rs", &code(&b))]);
        through.follow(Some(1));
        through.version(&[("a.rs", &code(&c))]);
        through.follow(Some(2));
        let mut straight = Fixture::new(&[("a.rs", &text)]);
        let other = straight.thread("a.rs", line(first), line(last));
        straight.version(&[("a.rs", &code(&b))]);
        straight.version(&[("a.rs", &code(&c))]);
        straight.follow(Some(1));
        let (one, other) = (through.now(&one), straight.now(&other));
        prop_assert_eq!((one.place, one.state, one.anchor.candidates), (other.place, other.state, other.anchor.candidates));
    }

    #[test]
    fn no_thread_is_ever_lost_or_beyond_its_file(a in lines(), b in lines(), gone: bool, first: prop::sample::Index) {
        let mut fixture = Fixture::new(&[("a.rs", &code(&a))]);
        let line = u32::try_from(first.index(a.len()) + 1).expect("small");
        let thread = fixture.thread("a.rs", line, line);
        let text = code(&b);
        if gone {
            fixture.version(&[("c.rs", &text)]);
        } else {
            fixture.version(&[("a.rs", &text)]);
        }
        fixture.follow(Some(1));
        let listed = fixture.threads.all(PROJECT).expect("a list");
        prop_assert_eq!(listed.len(), 1);
        let now = fixture.now(&thread);
        let file = fixture.versions[1].get(&now.place.path);
        match now.state {
            State::Exact | State::Moved | State::Edited => {
                let lines = file.expect("it is in a file that is there").lines().count();
                prop_assert!(now.place.line_end as usize <= lines);
                if now.state == State::Moved || now.state == State::Exact {
                    let there: Vec<&str> = file.expect("a file").lines().skip(now.place.line_start as usize - 1).collect();
                    prop_assert_eq!(there.first().copied(), thread.origin.quote.lines().next(), "the same text");
                }
            }
            State::NeedsReview | State::Outdated => {
                prop_assert!(file.is_none_or(|text| now.place.line_start as usize <= text.lines().count().max(1)));
            }
        }
    }
}
