//! What of an answer stands.

use super::*;
use crate::{
    Ground, Subject,
    prompt::read,
    scripted::{Files, page},
};

/// What is left of an answer about `plan`, lines 12-17 of src/sync.rs being `[1]` and the manifest's line of the store `[2]`.
fn left(raw: &str) -> (Vec<Checked>, Dropped) {
    let version = Files::ferry();
    let index = version.index();
    let ground = Ground { index: &index, version: &version, older: None };
    let names = Names::new(ground);
    let offer = |path: &str, lines: (u32, u32)| {
        let citation = ground.citation(index.file(path).expect("a file"), lines);
        Offer { shown: ground.prove(&citation).expect("lines"), citations: vec![citation] }
    };
    let offers = [offer("src/sync.rs", (12, 17)), offer("src/store.rs", (8, 10))];
    let rules = prompt_lines("Write short, plain sentences that say what the code does and what for.");
    let bench = Bench { ground, names: &names, marks: &["q00aa11"], prompt_lines: &rules };
    check(&bench, read(raw, false), &offers, "plan", &mut SaidBefore::default())
}

fn cited(raw: &str) -> Vec<Vec<String>> {
    let places = |checked: Checked| checked.citations.iter().map(|citation| format!("{}:{}", citation.path, citation.line_start)).collect();
    left(raw).0.into_iter().map(places).collect()
}

#[test]
fn a_citation_stands_when_its_lines_share_a_word_with_the_sentence() {
    assert_eq!(cited("It filters paths of the folder. [1]"), [["src/sync.rs:12"]]);
    assert_eq!(cited("It clones paths. [1,2]"), [["src/sync.rs:12", "src/store.rs:8"]]);
    assert_eq!(cited("It draws windows on a screen. [1]"), [[""; 0]], "nothing in common: it stays, without");
    assert_eq!(cited("The `plan` helps everybody. [1]"), [[""; 0]], "that both name what it is about proves nothing");
    assert_eq!(cited("It filters paths. [0] [3] [999]"), [[""; 0]], "never offered");
    assert_eq!(left("It filters paths. [0] [3] [999]").1, Dropped { sentences: 0, citations: 3 });
}

#[test]
fn what_is_no_sentence_about_the_code_is_dropped() {
    for raw in [
        "As an AI language model I filter paths. [1]",
        "It filters q00aa11 paths. [1]",
        "Write short plain sentences that say what the code does and what for. [1]",
        "`foo_bar` and `bar_foo`. [1]",
        "It is. [1]",
        "It filters and filters and filters and filters and filters and filters. [1]",
    ] {
        assert_eq!(left(raw), (vec![], Dropped { sentences: 1, citations: 0 }), "{raw}");
    }
}

#[test]
fn markup_is_plain_text() {
    let (kept, _) = left("It filters <img src=x onerror=alert(1)> paths, see [here](https://evil.example) and ![x](y.png). [1]");
    let texts: Vec<String> = kept[0]
        .parts
        .iter()
        .map(|part| match part {
            Part::Text { text } | Part::Name { text, .. } | Part::Unknown { text } => text.clone(),
        })
        .collect();
    assert!(texts.concat().contains("<img"), "it is shown as it is, as text: {texts:?}");
}

#[test]
fn counts_are_those_of_the_page() {
    let mut page = page(Subject::Project, &["overview", "symbol:src/sync.rs#plan"]);
    let sentence = |parts: Vec<Part>, citations: Vec<u32>| crate::Sentence { parts, citations, accepted: false, removed: false };
    let text = |text: &str| Part::Text { text: text.into() };
    let name = |text: &str| Part::Name { text: text.into(), citation: None };
    let unknown = |text: &str| Part::Unknown { text: text.into() };
    for prose in page.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(proses) {
        prose.sentences = vec![
            sentence(vec![text("Calls "), name("plan"), unknown("gone"), unknown("src/gone.rs")], vec![1]),
            sentence(vec![text("Words.")], vec![]),
        ];
    }
    page.checks.sentences_dropped = 5;
    recount(&mut page);
    let expected = crate::Checks {
        sentences: 4,
        cited: 2,
        uncited: 2,
        names_known: 2,
        names_unknown: 2,
        paths_unknown: 2,
        sentences_dropped: 5,
        ..Default::default()
    };
    assert_eq!(page.checks, expected);
}

#[test]
fn citations_are_numbered_in_the_order_they_are_read() {
    let mut page = page(Subject::Project, &["overview"]);
    let citation = |line| Citation { id: 0, path: "a".into(), line_start: line, line_end: line, object: "0".repeat(64), version: 3 };
    let ids: Vec<u32> = [5, 7, 5, 9].map(|line| add_citation(&mut page, &citation(line))).to_vec();
    assert_eq!(ids, [1, 2, 1, 3], "the same is one");
    let prose = page.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(proses).next().expect("a slot");
    let parts = vec![Part::Name { text: "x".into(), citation: Some(3) }];
    prose.sentences = vec![crate::Sentence { parts, citations: vec![1, 3], accepted: false, removed: false }];
    in_order(&mut page);
    assert_eq!(page.citations.iter().map(|citation| (citation.id, citation.line_start)).collect::<Vec<_>>(), [(1, 9), (2, 5)]);
    let Block::Prose(prose) = &page.sections[0].blocks[0] else { panic!("a slot") };
    assert_eq!(prose.sentences[0].citations, [2, 1]);
}

use crate::Block;

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_answered_every_citation_resolves_and_every_name_is_known(
        raw in "([A-Z]?[a-z`_:.()/]{0,9} ?|`(plan|Store|commit|nope|Store::forget|Store::nope)` |src/(sync|gone)\\.rs |\\[[0-9, -]{0,4}\\]\n?|\\PC){0,60}"
    ) {
        let version = Files::ferry();
        let index = version.index();
        let ground = Ground { index: &index, version: &version, older: None };
        let names = Names::new(ground);
        let citation = ground.citation(index.file("src/sync.rs").expect("a file"), (12, 17));
        let offers = [Offer { shown: ground.prove(&citation).expect("lines"), citations: vec![citation] }];
        let bench = Bench { ground, names: &names, marks: &[], prompt_lines: &[] };
        let (kept, _) = check(&bench, read(&raw, false), &offers, "plan", &mut SaidBefore::default());
        for checked in kept {
            for citation in checked.citations.iter().chain(checked.places.iter().flatten()) {
                proptest::prop_assert!(ground.prove(citation).is_some(), "{:?}", citation);
            }
            for part in &checked.parts {
                if let Part::Name { text, .. } = part {
                    let literal = offers[0].shown.contains(text.trim_end_matches("()"));
                    let known = index.is_path(text) || words::identifiers(text).iter().all(|name| index.is_name(name));
                    proptest::prop_assert!(literal || known, "{:?} stands as a name in {:?}", text, checked.text);
                }
            }
        }
    }
}

#[test]
fn of_a_very_long_line_only_the_shown_piece_supports_a_sentence() {
    let line = format!("var ferry = 1; {} var harbour = launches();\n", "x = 1; ".repeat(2000));
    let version = Files::ferry_with(&[("web/min.js", line.as_bytes())]);
    let index = version.index();
    let ground = Ground { index: &index, version: &version, older: None };
    let names = Names::new(ground);
    let citation = ground.citation(index.file("web/min.js").expect("a file"), (1, 1));
    let offers = [Offer { shown: "var ferry = 1; x = 1; x = 1;".into(), citations: vec![citation] }];
    let bench = Bench { ground, names: &names, marks: &[], prompt_lines: &[] };
    let cited = |raw: &str| check(&bench, read(raw, false), &offers, "", &mut SaidBefore::default()).0[0].citations.len();
    assert_eq!(cited("It sets the ferry. [1]"), 1);
    assert_eq!(cited("It launches the harbour. [1]"), 0, "that stands on the line, but nobody was shown it");
}
