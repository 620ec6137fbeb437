//! What differs between two versions is told by code, with places in both.

use lectern_llm::Capacity;

use super::*;
use crate::{
    JobType, Planner, Policy,
    scripted::{Files, Journal, SYNC, Scripted, count},
};

fn versions() -> (Files, Files) {
    let changed = SYNC.replace("store.write_head(\"HEAD\");\n", "store.write_head(\"LATEST\");\n    store.flush();\n");
    let older = Files::new(
        3,
        &[
            ("a/moved.txt", b"one\ntwo\n"),
            ("gone.rs", b"fn gone() {}\n"),
            ("logo.png", b"\x89PNG\0\0"),
            ("src/sync.rs", SYNC.as_bytes()),
            ("same.rs", b"//\n"),
        ],
    );
    let newer = Files::new(
        4,
        &[
            ("b/moved.txt", b"one\ntwo\n"),
            ("logo.png", b"\x89PNG\0\x01"),
            ("new.rs", b"pub fn fresh() {}\n"),
            ("src/sync.rs", changed.as_bytes()),
            ("same.rs", b"//\n"),
        ],
    );
    (older, newer)
}

#[test]
fn every_change_is_told_with_its_counts_and_places_in_both_versions() {
    let (older, newer) = versions();
    let index = newer.index();
    let ground = Ground { index: &index, version: &newer, older: Some(&older) };
    let page = difference(ground, None, &Cancel::new()).expect("a page");
    let Some(Block::List { caption, items, .. }) = page.sections[0].blocks.get(1) else { panic!("a list: {:?}", page.sections[0]) };
    assert_eq!(caption, "5 files changed, 3 lines added and 2 removed");
    let said: Vec<_> = items.iter().map(|item| format!("{}: {}", item.term, item.text)).collect();
    assert_eq!(
        said,
        [
            "b/moved.txt: Moved from a/moved.txt",
            "gone.rs: Removed: 0 lines added, 1 removed",
            "logo.png: Changed; not a text",
            "new.rs: Added: 1 line added, 0 removed",
            "src/sync.rs: Changed: 2 lines added, 1 removed",
        ]
    );
    assert_eq!(crate::unproven(&page, ground), None, "every place is proven");
    assert_eq!(page.citations.iter().map(|citation| citation.version).collect::<std::collections::BTreeSet<_>>(), [3, 4].into());
    let within = difference(ground, Some("src"), &Cancel::new()).expect("a page");
    assert_eq!(within.sections.iter().map(|section| section.id.as_str()).collect::<Vec<_>>(), ["overview", "change:src/sync.rs"]);
    assert!(matches!(difference(ground, Some("nowhere"), &Cancel::new()), Err(AiError::NoSuchPath(_))));
    assert!(matches!(difference(Ground { older: None, ..ground }, None, &Cancel::new()), Err(AiError::WrongSubject)));
    let same = difference(Ground { older: Some(&newer), ..ground }, None, &Cancel::new()).expect("a page");
    assert_eq!(same.sections.len(), 1, "nothing differs, nothing is asked");
}

#[test]
fn a_change_is_shown_as_it_was_and_as_it_is() {
    let (older, newer) = versions();
    let index = newer.index();
    let ground = Ground { index: &index, version: &newer, older: Some(&older) };
    let skeleton = difference(ground, None, &Cancel::new()).expect("a page");
    let capacity = Capacity { context: 2048, counts_exactly: true, keeps_grammar: true };
    let planner = Planner::new(ground, JobType::Explanation, &skeleton, capacity, Policy { to_endpoint: false });
    let plan = crate::plan(&planner, &count).expect("a plan");
    assert_eq!(
        plan.slots.iter().map(|slot| slot.slot.as_str()).collect::<Vec<_>>(),
        ["overview", "change:gone.rs", "change:new.rs", "change:src/sync.rs"]
    );
    let text = &plan.slots[3].messages[1].text;
    assert!(text.contains("[1] src/sync.rs, line 26, before the change\n") && text.contains("store.write_head(\"HEAD\");"), "{text}");
    assert!(text.contains("[2] src/sync.rs, lines 26-27, after the change\n") && text.contains("store.flush();"), "{text}");
    let engine = Scripted::new(|request, _| {
        let of_sync = request.messages[1].text.contains("what changed in src/sync.rs");
        Ok(if of_sync { "This change writes LATEST instead of HEAD and flushes. [1,2]\n" } else { "Nothing to say." }.to_owned())
    });
    let page = crate::write(&planner, skeleton, &engine, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
    assert_eq!(page.checks.citations_resolved as usize, page.citations.len());
    assert!(page.checks.cited >= 1, "{:?}", page.checks);
}
