//! Writes back and forth between two states of a tree until it is killed: for the test that kills it.
//!
//! Arguments: the folder with the data, the tree. Prints a line when it begins to write.

use std::{
    io::Write,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use lectern_journal::{Change, Content, Journal, New, Proposal, RelPath, State};
use lectern_objects::{ObjectHash, Objects};
use lectern_store::{Boot, Store, StoreOptions, SystemClock};

fn content(file: usize, round: u8) -> Vec<u8> {
    vec![b'a' + round; 100 + file * 700]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(tree)) = (arguments.next(), arguments.next()) else { return Err("two folders are needed".into()) };
    let data = Path::new(&data);
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let objects = Arc::new(Objects::open(&data.join("objects.db"))?);
    let boot = Boot::start(&data.join("run"))?;
    let journal = Journal::new(store, objects, Arc::new(SystemClock), boot.id().clone(), data.join("run"));
    journal.recover()?;
    println!("writing");
    std::io::stdout().flush()?;
    // Whatever state a kill left, the other one is next.
    let mut round = u8::from(std::fs::read(Path::new(&tree).join("file0")).is_ok_and(|bytes| bytes == content(0, 0)));
    loop {
        let changes = (0..12).map(|file| {
            // Some are in one state only, so that files and folders come and go.
            let side = |round: u8| (file % 3 != 2 || round == 1).then(|| content(file, round));
            let name = if file % 3 == 2 { format!("folder{file}/file") } else { format!("file{file}") };
            let becomes = side(round).map_or(New::Absent, |bytes| New::File { content: Content::Bytes(bytes), executable: false });
            let path = Path::new(&tree).join(&name);
            let expected = match std::fs::read(path) {
                Ok(bytes) => State::File { hash: ObjectHash::of(&bytes), executable: false },
                Err(_) => State::Absent,
            };
            Ok(Change { path: RelPath::new(name)?, expected, becomes })
        });
        let changes = changes.collect::<Result<Vec<_>, lectern_journal::JournalError>>()?;
        let proposal = Proposal { root: tree.clone().into(), scope: "kill".into(), kind: "TEST".into(), title: "Round".into(), changes };
        journal.write(&proposal, &AtomicBool::new(false), &|_, _, _, _| {})?;
        round = 1 - round;
    }
}
