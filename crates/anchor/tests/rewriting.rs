//! Ranges through rewrites as people and agents make them: hand-labelled, beside the two baselines.

#[path = "support/baselines.rs"]
mod baselines;
#[path = "support/rewrites.rs"]
mod rewrites;
#[path = "support/score.rs"]
mod score;

use std::sync::Arc;

use baselines::{Baseline, NewFile};
use lectern_anchor::{Anchor, Candidate, CandidateKind, Follower, Text};
use rewrites::Case;
use score::Score;

fn followed(case: &Case) -> Anchor {
    let old = Text::new(&case.old.path, case.old.text.as_str());
    let same = case.same_path.as_ref().map(|file| Text::new(&file.path, file.text.as_str()));
    let loaders: Vec<_> = case.added.iter().map(|file| move || Some(Arc::new(Text::new(&file.path, file.text.as_str())))).collect();
    let candidates: Vec<Candidate<'_>> =
        case.added.iter().zip(&loaders).map(|(file, text)| Candidate { path: &file.path, kind: CandidateKind::Added, text }).collect();
    let range = case.old.range.expect("the old file has a range");
    Follower::new(&case.old.path, &old, same.as_ref(), &candidates).follow(range).expect("the range is in the text")
}

#[test]
fn ranges_survive_rewrites_and_are_never_put_somewhere_else() {
    let cases = rewrites::cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let mut score = Score::default();
    let mut missed = Vec::new();
    for case in &cases {
        let anchor = followed(case);
        let given = anchor.place.as_ref().map(|(path, range)| (path.as_str(), *range));
        score.count(case.answer(), false, given);
        if given != case.answer() {
            missed.push(format!(
                "{}: expected {:?}, is {given:?} ({:?}, {:.2})",
                case.name,
                case.answer(),
                anchor.state,
                anchor.confidence
            ));
        }
    }
    let shown = missed.join("\n");
    assert_eq!((score.wrong, score.false_anchors), (0, 0), "a range is somewhere wrong:\n{shown}");
    assert!(score.exact * 10 >= score.survivors * 9, "{} of {} exact:\n{shown}", score.exact, score.survivors);
    println!("{} of {} exact; the others are left to a person:\n{shown}", score.exact, score.survivors);
}

#[test]
fn the_baselines_do_worse_on_the_same_rewrites() {
    for (baseline, at_most) in [(Baseline::Strict, 60), (Baseline::Fuzzy, 80)] {
        let mut score = Score::default();
        for case in &rewrites::cases() {
            let same = case.same_path.as_ref().map(|file| NewFile { path: &file.path, text: &file.text });
            let added: Vec<NewFile<'_>> = case.added.iter().map(|file| NewFile { path: &file.path, text: &file.text }).collect();
            let range = case.old.range.expect("the old file has a range");
            score.count(case.answer(), false, baselines::follow(baseline, (&case.old.path, &case.old.text), range, same, &added));
        }
        assert!(score.exact * 100 <= score.survivors * at_most, "a set that is no test: {} of {}", score.exact, score.survivors);
    }
}
