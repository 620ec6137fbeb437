//! Pages are written slot by slot, whatever the model says and whenever it stops.

use lectern_llm::{Cancel, EngineError, Request};

use super::*;
use crate::{
    Checks, Part, SentenceChoice, Subject, as_read,
    checks::each_prose,
    choose_sentence,
    scripted::{Files, Journal, SLOTS, Scripted, page, planner},
};

/// An answer to what is asked, with its citation.
fn good(request: &Request) -> String {
    let task = request.messages.last().expect("a task").text.lines().last().expect("a task").to_owned();
    let said = if task.contains("the project") {
        "This project carries folders across computers. [1]\n"
    } else if task.contains("the file") {
        "This file syncs a folder. [1]\n"
    } else if task.contains("`commit`") {
        "`commit` forgets paths that are removed. [1]\nIt writes HEAD at the end. [1]\n"
    } else {
        "`plan` compares the folder with the newest manifest. [1]\nIt knows `SyncPlan` and `made_up_name`. [9]\n"
    };
    said.to_owned()
}

fn without_time(mut page: Page) -> Page {
    page.run.duration_ms = 0.0;
    page
}

#[test]
fn a_page_is_written_slot_by_slot_and_proven() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let engine = Scripted::new(|request, _| Ok(good(request)));
    let mut journal = Journal::default();
    let page = write(&planner, skeleton, &engine, 1, &mut journal, &Cancel::new()).expect("a page");

    let mut states = Vec::new();
    each_prose(&page, |prose, _| states.push((prose.slot.clone(), prose.state, prose.sentences.len())));
    let written = |slot: &str, sentences| (slot.to_owned(), ProseState::Written, sentences);
    assert_eq!(states, [written(SLOTS[0], 1), written(SLOTS[1], 1), written(SLOTS[2], 2), written(SLOTS[3], 2)]);
    let checks = Checks { citations_resolved: page.checks.citations_resolved, names_known: page.checks.names_known, ..page.checks };
    let expected = Checks { sentences: 6, cited: 5, uncited: 1, citations_dropped: 1, names_unknown: 1, ..checks };
    assert_eq!(page.checks, expected);
    assert_eq!(page.checks.citations_resolved as usize, page.citations.len());
    assert_eq!(
        page.citations.iter().map(|citation| citation.id).collect::<Vec<_>>(),
        (1..=page.checks.citations_resolved).collect::<Vec<_>>()
    );
    for citation in &page.citations {
        assert!(planner.ground.prove(citation).is_some(), "{citation:?} holds");
    }
    assert_eq!(page.writer.as_ref().map(|writer| (writer.model.as_str(), &writer.endpoint)), Some(("Scripted", &None)));
    assert_eq!((page.run.answers, page.run.generated_tokens, page.run.context), (4, 28, 2048));

    assert_eq!(journal.pages.len(), 4, "a draft after each slot");
    assert_eq!(journal.answers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), SLOTS);
    assert!(journal.texts.iter().any(|(slot, text)| slot == "overview" && text.starts_with("This project ")), "text streams");
    let done: Vec<_> = journal.progress.iter().map(|progress| (progress.done, progress.total)).collect();
    assert!(done.is_sorted() && done.first() == Some(&(0, 4)) && done.last() == Some(&(3, 4)), "{done:?}");
}

#[test]
fn names_link_to_where_they_are_defined_and_unknown_ones_are_struck() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS[2..3]);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let engine = Scripted::saying("It gives `SyncPlan` to `Store::frobnicate` and src/gone.rs of the folder. [1]\n");
    let page = write(&planner, skeleton, &engine, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
    let mut parts = Vec::new();
    each_prose(&page, |prose, _| parts.extend(prose.sentences[0].parts.clone()));
    let name = parts.iter().find_map(|part| if let Part::Name { text, citation } = part { Some((text.as_str(), *citation)) } else { None });
    let (name, citation) = name.expect("a name");
    let cited = page.citations.iter().find(|each| Some(each.id) == citation).expect("its definition");
    assert_eq!((name, cited.path.as_str(), cited.line_start), ("SyncPlan", "src/sync.rs", 6));
    let unknown: Vec<_> =
        parts.iter().filter_map(|part| if let Part::Unknown { text } = part { Some(text.as_str()) } else { None }).collect();
    assert_eq!(unknown, ["Store::frobnicate", "src/gone.rs"]);
    assert_eq!((page.checks.names_unknown, page.checks.paths_unknown), (1, 1));
}

#[test]
fn a_page_that_is_resumed_after_any_slot_is_the_page_of_one_run() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let mut journal = Journal::default();
    let whole =
        write(&planner, skeleton.clone(), &Scripted::new(|request, _| Ok(good(request))), 1, &mut journal, &Cancel::new()).expect("a page");
    for (slots, draft) in journal.pages.iter().enumerate() {
        let stored: Page = serde_json::from_str(&serde_json::to_string(draft).expect("JSON")).expect("a page");
        let engine = Scripted::new(|request, _| Ok(good(request)));
        let resumed = write(&planner, stored, &engine, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
        assert_eq!(without_time(resumed), without_time(whole.clone()), "resumed after slot {slots}");
        assert_eq!(engine.asked() as usize, 3 - slots, "what is written is not asked again");
    }
}

#[test]
fn a_model_that_stops_is_asked_once_more_and_then_the_draft_stays() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let stops = |from: u32, to: u32| {
        Scripted::new(
            move |request, at| if (from..=to).contains(&at) { Err(EngineError::Stopped("it ended".into())) } else { Ok(good(request)) },
        )
    };
    let whole = write(&planner, skeleton.clone(), &stops(2, 2), 1, &mut Journal::default(), &Cancel::new()).expect("one stop is got over");
    assert_eq!(whole.checks.sentences, 6);
    let mut journal = Journal::default();
    let error = write(&planner, skeleton.clone(), &stops(2, 3), 1, &mut journal, &Cancel::new()).expect_err("two are not");
    assert!(matches!(&error, WriteError::Engine(EngineError::Stopped(said)) if said == "it ended"), "{error}");
    let draft = journal.pages.pop().expect("a draft");
    assert_eq!(draft.checks.sentences, 2, "the two slots before are kept");
    let busy = Scripted::new(|_, _| Err(EngineError::Refused("no".into())));
    let error = write(&planner, skeleton, &busy, 1, &mut Journal::default(), &Cancel::new()).expect_err("refused");
    assert!(matches!(error, WriteError::Engine(EngineError::Refused(_))));
    assert_eq!(busy.asked(), 1, "what will not pass is not tried again");
}

#[test]
fn nothing_is_written_after_a_cancel() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let cancel = Cancel::new();
    let other = cancel.clone();
    let engine = Scripted::new(move |request, at| {
        if at == 1 {
            other.cancel();
        }
        Ok(good(request))
    });
    let mut journal = Journal::default();
    let error = write(&planner, skeleton, &engine, 1, &mut journal, &cancel).expect_err("cancelled");
    assert!(matches!(error, WriteError::Engine(EngineError::Cancelled)));
    assert_eq!((journal.pages.len(), journal.answers.len(), engine.asked()), (1, 1, 2));
}

#[test]
fn a_journal_that_is_full_ends_it() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let mut journal = Journal { full_after: Some(1), ..Journal::default() };
    let error =
        write(&planner, skeleton, &Scripted::new(|request, _| Ok(good(request))), 1, &mut journal, &Cancel::new()).expect_err("full");
    assert_eq!(error.to_string(), "what was written can't be kept: the disk is full");
}

#[test]
fn nothing_is_cited_that_the_version_does_not_prove() {
    for bytes in [Some(b"other bytes\n".repeat(40)), None] {
        let version = Files::ferry();
        let index = version.index();
        let skeleton = page(Subject::Project, &SLOTS[2..]);
        let planner = planner(&version, &index, &skeleton, 2048, false);
        let prompts = planner.prompts(0, &crate::scripted::count).expect("a plan");
        assert_eq!(prompts.prompts.len(), 1);
        // Its text is known to the planner; what proves it is read anew.
        version.spoil("src/sync.rs", bytes.as_deref());
        let engine = Scripted::new(|request, _| Ok(good(request)));
        let mut journal = Journal::default();
        let error = write(&planner, skeleton, &engine, 1, &mut journal, &Cancel::new()).map(|page| page.checks);
        let draft = journal.pages.pop().expect("a draft");
        let mut cited = 0;
        each_prose(&draft, |prose, _| cited += prose.sentences.iter().map(|sentence| sentence.citations.len()).sum::<usize>());
        assert_eq!(cited, 0, "no sentence cites what can't be proven");
        assert!(matches!(error, Err(WriteError::SourceGone { .. })), "the page names definitions that can't be proven: {error:?}");
    }
}

#[test]
fn an_answer_in_which_nothing_holds_is_asked_for_once_more() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS[2..3]);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let engine = Scripted::new(|request, at| Ok(if at == 0 { "As an AI I can't see any code. [1]".into() } else { good(request) }));
    let mut journal = Journal::default();
    let page = write(&planner, skeleton.clone(), &engine, 1, &mut journal, &Cancel::new()).expect("a page");
    assert_eq!((page.checks.sentences, page.checks.sentences_dropped, engine.asked()), (2, 1, 2));
    assert_eq!(journal.answers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [SLOTS[2], "symbol:src/sync.rs#plan (again)"]);
    let never = Scripted::saying("Sure, here is the code. [1]");
    let page = write(&planner, skeleton, &never, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
    let mut states = Vec::new();
    each_prose(&page, |prose, _| states.push(prose.state));
    assert_eq!((states, never.asked(), page.checks.sentences_dropped), (vec![ProseState::Empty], 2, 2));
}

#[test]
fn the_same_is_said_once_on_a_page() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS[1..]);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let engine =
        Scripted::saying("It compares the folder with the newest manifest. [1]\nIt compares folders to the newest manifest. [1]\n");
    let page = write(&planner, skeleton, &engine, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
    assert_eq!(page.checks.sentences, 1, "three slots, two sentences each, all the same");
}

#[test]
fn what_was_cut_off_in_the_middle_is_not_on_the_page() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS[2..3]);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let engine = Scripted::saying("It compares the folder with the manifest. [1]\nIt then removes all|");
    let page = write(&planner, skeleton, &engine, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
    assert_eq!((page.checks.sentences, page.checks.sentences_dropped), (1, 1));
}

/// A definition that is read in several parts of a prompt of 2,048 tokens.
const LONG: &str = "symbol:src/long.rs#pipeline";

fn long_files() -> Files {
    let body: String = (0..400).map(|at| format!("    total_{at} = fold_{at}(total, \"stage {at}\");\n")).collect();
    Files::ferry_with(&[("src/long.rs", format!("pub fn pipeline(total: u32) {{\n{body}}}\n").as_bytes())])
}

/// Another sentence for each part, and one for all of them.
fn of_parts(request: &Request) -> String {
    const WORDS: [&str; 5] = ["alpha", "beta", "gamma", "delta", "omega"];
    let task = request.messages.last().expect("a task").text.lines().last().expect("a line").to_owned();
    if task.contains("notes about it") {
        return "`pipeline` folds the total in many stages. [2]\n".to_owned();
    }
    let part = task.split_once("are part ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<usize>().ok()).expect("a part");
    format!("It folds the total of stage number {part} and {}. [1]\nIt then|", WORDS[part % 5].repeat(part / 5 + 1))
}

#[test]
fn a_long_target_is_read_in_parts_and_summed_up() {
    let version = long_files();
    let index = version.index();
    let skeleton = page(Subject::Project, &[LONG]);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let engine = Scripted::new(|request, _| Ok(of_parts(request)));
    let mut journal = Journal::default();
    let page = write(&planner, skeleton, &engine, 1, &mut journal, &Cancel::new()).expect("a page");
    assert!(page.checks.parts >= 3, "{:?}", page.checks);
    assert!(journal.answers.last().is_some_and(|(name, _)| name.contains("summary")), "{:?}", journal.answers);
    let mut sentences = Vec::new();
    each_prose(&page, |prose, _| sentences.extend(prose.sentences.iter().map(|sentence| (text_of(sentence), sentence.citations.len()))));
    assert_eq!(sentences, [("pipeline folds the total in many stages.".to_owned(), 1)], "only what was summed up is on the page");
    let notes = page
        .sections
        .iter()
        .flat_map(|section| &section.blocks)
        .filter(|block| matches!(block, Block::Note { text } if text.contains("parts")));
    assert_eq!(notes.count(), 1, "the reader is told");
}

#[test]
fn parts_that_were_read_before_a_kill_are_not_read_again() {
    let version = long_files();
    let index = version.index();
    let skeleton = page(Subject::Project, &[SLOTS[0], LONG]);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let answer = |request: &Request| if request.messages[1].text.contains("what the project") { good(request) } else { of_parts(request) };
    let engine = Scripted::new(move |request, _| Ok(answer(request)));
    let whole = write(&planner, skeleton.clone(), &engine, 1, &mut Journal::default(), &Cancel::new()).expect("a page");
    let all = engine.asked();
    assert!(whole.checks.parts >= 3 && all == whole.checks.parts + 2, "an overview, the parts and what sums them up: {all}");
    for killed in 0..all {
        let ends = move |request: &Request, at| if at == killed { Err(EngineError::Refused("killed".into())) } else { Ok(answer(request)) };
        let mut journal = Journal::default();
        write(&planner, skeleton.clone(), &Scripted::new(ends), 1, &mut journal, &Cancel::new()).expect_err("it ends there");
        // What a kill leaves: the last draft, and the answers.
        let draft = journal.pages.pop().unwrap_or_else(|| skeleton.clone());
        let mut journal = Journal { kept: journal.kept, ..Journal::default() };
        let engine = Scripted::new(move |request, _| Ok(answer(request)));
        let resumed = write(&planner, draft, &engine, 1, &mut journal, &Cancel::new()).expect("a page");
        assert_eq!(engine.asked(), all - killed, "{killed} of {all} were answered");
        assert_eq!(without_time(resumed), without_time(whole.clone()), "killed after {killed}");
        assert_eq!(journal.answers.len(), (all - killed) as usize, "what was kept is not kept again");
    }
}

#[test]
fn a_sentence_can_be_accepted_taken_out_and_put_back() {
    let version = Files::ferry();
    let index = version.index();
    let skeleton = page(Subject::Project, &SLOTS);
    let planner = planner(&version, &index, &skeleton, 2048, false);
    let mut page = write(&planner, skeleton, &Scripted::new(|request, _| Ok(good(request))), 1, &mut Journal::default(), &Cancel::new())
        .expect("a page");
    let written = page.clone();
    assert!(choose_sentence(&mut page, SLOTS[2], 1, SentenceChoice::Accept));
    let nothing =
        choose_sentence(&mut page, SLOTS[2], 2, SentenceChoice::Accept) || choose_sentence(&mut page, "nothing", 0, SentenceChoice::Remove);
    assert!(!nothing, "there is no such sentence");
    assert!(choose_sentence(&mut page, SLOTS[2], 1, SentenceChoice::Unaccept));
    assert_eq!(page, written, "taken back, nothing is left of it");

    assert!(choose_sentence(&mut page, SLOTS[2], 1, SentenceChoice::Remove));
    assert_eq!((written.checks.uncited, page.checks.uncited, page.checks.sentences), (1, 0, 5));
    assert!(choose_sentence(&mut page, SLOTS[0], 0, SentenceChoice::Remove));
    let read = as_read(&page).into_owned();
    let mut state = None;
    each_prose(&read, |prose, _| {
        if prose.slot == SLOTS[0] {
            state = Some(prose.state)
        }
    });
    assert_eq!(state, Some(ProseState::Empty));
    let cites_the_readme = |page: &Page| page.citations.iter().any(|citation| citation.path == "README.md");
    assert!(!cites_the_readme(&read), "what nothing cites any more is not cited");
    assert!(cites_the_readme(&page), "but it is kept for whoever puts the sentence back");
    assert_eq!(page.checks.citations_resolved as usize, read.citations.len());

    assert!(choose_sentence(&mut page, SLOTS[0], 0, SentenceChoice::Restore));
    assert!(choose_sentence(&mut page, SLOTS[2], 1, SentenceChoice::Restore));
    assert_eq!(page, written, "put back, the page is what it was");
}

#[test]
fn a_page_of_the_first_format_has_nothing_taken_out() {
    let mut old = serde_json::to_value(page(Subject::Project, &SLOTS)).expect("JSON");
    old["format"] = 1.into();
    old["sections"][0]["blocks"][0]["sentences"] =
        serde_json::json!([{ "parts": [{ "kind": "text", "text": "It ferries." }], "citations": [], "accepted": false }]);
    let mut page: Page = serde_json::from_value(old).expect("it is read");
    assert_eq!(*as_read(&page), page);
    let slot = SLOTS[0];
    assert!(choose_sentence(&mut page, slot, 0, SentenceChoice::Remove));
    assert_eq!(page.format, crate::PAGE_FORMAT, "an older Lectern would show what was taken out");
}
