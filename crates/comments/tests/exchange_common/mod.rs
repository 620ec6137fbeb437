//! A data folder with a user and two projects, and threads to exchange.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::sync::Arc;

use lectern_comments::{
    AuthorType, Event, Imported, Me, Origin, Place, State, ThreadAnchor, Threads,
    exchange::{Arrival, Author, ExchangeComment, ExchangeEvent, ExchangeThread, Incoming, KnownPlace, Resolution, Whereabouts},
};
use lectern_store::{ManualClock, Store, StoreOptions, Timestamp, rusqlite};

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis).expect("in range")
}

/// A data folder of Ada's.
pub struct Folder {
    pub store: Arc<Store>,
    pub threads: Threads,
    pub clock: ManualClock,
    _dir: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let clock = ManualClock::new(at(0));
        let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &clock).expect("a database"));
        let threads = Threads::new(Arc::clone(&store), Arc::new(clock.clone()));
        let folder = Self { store, threads, clock, _dir: dir };
        folder.run("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('ada', 'ada@example.org', '', 't', 't')");
        for project in ["ferry", "bridge"] {
            folder.run(&format!(
                "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('{project}', 'ada', '{project}', x'{}', 't', 't')",
                project.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()
            ));
        }
        folder
    }

    pub fn run(&self, sql: &str) {
        self.store.write(|tx| tx.execute_batch(sql)).expect("SQL");
    }

    pub fn count(&self, table: &str) -> u32 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.store.read::<_, rusqlite::Error>(|connection| connection.query_row(&sql, [], |row| row.get(0))).expect("a count")
    }

    pub fn me() -> Me {
        Me { user_id: "ada".to_owned(), email: "Ada@example.org".to_owned() }
    }

    pub fn import(&self, project: &str, incoming: Incoming) -> Imported {
        self.threads.import(project, &Self::me(), arrivals(incoming)).expect("imported")
    }

    pub fn export(&self, project: &str) -> Vec<ExchangeThread> {
        let who = |id: &str| (id == "ada").then(|| Author { name: "Ada".to_owned(), email: "ada@example.org".to_owned() });
        self.threads.export(project, &who).expect("exported")
    }
}

/// As whoever knows no texts would place them: where the file says.
pub fn arrivals(incoming: Incoming) -> Vec<Arrival> {
    let place = |thread: lectern_comments::exchange::IncomingThread| {
        let known = match &thread.at {
            Whereabouts::Known(known) => (**known).clone(),
            Whereabouts::Wanted(wanted) => {
                let first = &wanted.places[0];
                known(Place { path: first.path.clone(), line_start: first.line_start, line_end: first.line_end })
            }
        };
        thread.arriving(known)
    };
    incoming.threads.into_iter().map(place).collect()
}

pub fn known(place: Place) -> KnownPlace {
    let origin = Origin::new(&place, None);
    let anchor = ThreadAnchor::at_origin(&origin);
    KnownPlace { place, state: State::Exact, origin, anchor, history: Vec::new() }
}

pub fn comment(id: &str, body: &str, millis: i64) -> ExchangeComment {
    ExchangeComment {
        id: Some(id.to_owned()),
        source: None,
        author_type: AuthorType::User,
        author: Author { name: "Bob".to_owned(), email: "bob@example.org".to_owned() },
        model: None,
        body: body.to_owned(),
        created_at: at(millis),
        edited_at: None,
    }
}

/// A thread on lines 3 to 5 of `src/main.rs` with one comment by Bob.
pub fn thread(id: &str) -> ExchangeThread {
    let place = Place { path: "src/main.rs".to_owned(), line_start: 3, line_end: 5 };
    let mut known = known(place.clone());
    known.origin.quote = "fn main() {\n    sail();\n}\n".to_owned();
    known.history.push(ExchangeEvent {
        event: Event::Created,
        place,
        state: State::Exact,
        origin: known.origin.clone(),
        anchor: known.anchor.clone(),
        created_at: at(0),
    });
    ExchangeThread {
        id: id.to_owned(),
        source: None,
        at: known,
        resolved_at: None,
        created_at: at(0),
        updated_at: at(0),
        comments: vec![comment(&format!("{id}-c"), "Why here?", 0)],
    }
}

pub fn arrival(thread: &ExchangeThread) -> Arrival {
    let ExchangeThread { id, source, at, resolved_at, created_at, updated_at, comments } = thread.clone();
    Arrival { id: Some(id), source, at, resolved: Some(Resolution::of(resolved_at)), created_at, updated_at, comments }
}
