//! The development set, where it is present: figures that must not get worse.

#[path = "support/records.rs"]
mod records;
#[path = "support/score.rs"]
mod score;

use lectern_anchor::LineRange;
use records::{Label, Record, Texts};
use score::Score;

#[test]
#[cfg_attr(debug_assertions, ignore = "reads 130 MB of texts: for release builds")]
fn the_development_set_is_followed_as_well_as_promised() {
    let Some(folder) = records::folder() else {
        eprintln!("skipped: no development set at ../shared/data/anchors");
        return;
    };
    let texts = Texts::read(&folder.join("texts.jsonl.zst")).expect("texts");
    let mut score = Score::default();
    let each = |line: &[u8]| {
        let record: Record = serde_json::from_slice(line).expect("a record");
        let label: Label = serde_json::from_slice(line).expect("a label");
        let anchor = records::follow(&texts, &record).expect("its text").expect("its range");
        let right =
            label.new.as_ref().zip(label.new_range).map(|(file, [start, end])| (&*file.path, LineRange::new(start, end).expect("a range")));
        if right.is_some() || !label.partial_line {
            score.count(right, label.renamed, anchor.place.as_ref().map(|(path, range)| (path.as_str(), *range)));
        }
        Ok(())
    };
    records::lines(&folder.join("tune.jsonl.zst"), each).expect("records");
    println!("{}\n{}", Score::HEAD, score.row());
    assert!(score.exact * 100 >= score.survivors * 90, "exact: {} of {}", score.exact, score.survivors);
    assert!(score.false_anchors * 100 <= score.deletions, "false anchors: {} of {}", score.false_anchors, score.deletions);
    assert!(score.renamed_exact * 100 >= score.renamed * 85, "renamed: {} of {}", score.renamed_exact, score.renamed);
}
