//! What holds whatever is changed: what is taken back is as it was, and a name that goes there and back leaves every byte.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_workspace::{
    Workspace,
    view::{PathMove, RefactorAsk, RefactorProposal, RefactorStatus},
};

use crate::{
    Random,
    check::whole,
    number,
    stage::{Stage, State, Tree, proposed, undo},
};

const WORDS: [&str; 6] = ["tide", "cat", "one", "caf\u{e9}", "user1", "a"];

fn apply(workspace: &Arc<Workspace>, id: &str) {
    workspace.refactor_apply("task", id, &|_| {}).expect("applied");
}

/// What it gives, and how long it takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// Nothing is proposed twice for the same bytes.
fn apart(proposal: &RefactorProposal) {
    for file in &proposal.files {
        let mut end = 0;
        for edit in &file.edits {
            let (start, length) = (u64::from(edit.line) << 32 | u64::from(edit.column), edit.old.len() as u64);
            assert!(start >= end, "{}: edits overlap at line {}", file.path, edit.line);
            end = start + length.min(1);
        }
    }
}

/// A job of any kind about anything in the project.
fn any_ask(random: &mut Random) -> RefactorAsk {
    let mut of = |words: &[&str]| words[usize::try_from(random.below(words.len() as u64)).expect("small")].to_owned();
    let (query, replacement) = (of(&WORDS), of(&["", "x", "tide tide", "\u{fc}ber\n", "\u{2192}", "$1"]));
    let path = of(&["src/user0.ts", "src/user1.ts", "src/user2.ts", "src/user3.ts", "lib/a.ts", "lib/deep/b.ts"]);
    let name = of(&["renamed", "cat2", "user9"]);
    match random.below(3) {
        0 => RefactorAsk::ReplaceText {
            query,
            replacement,
            regex: random.chance(2),
            word: random.chance(2),
            case: random.chance(2),
            globs: if random.chance(3) { vec!["*.txt".into()] } else { Vec::new() },
        },
        1 => RefactorAsk::RenameSymbol {
            path,
            line: u32::try_from(random.below(3)).expect("small") + 1,
            column: u32::try_from(random.below(24)).expect("small"),
            new_name: name,
            files: random.chance(2),
            hierarchy: true,
        },
        _ => {
            let to = ["moved.ts", "src/deep/er/x.ts", "core", "LIB/A.ts"][usize::try_from(random.below(4)).expect("small")];
            RefactorAsk::Move { moves: vec![PathMove { from: path, to: to.into() }] }
        }
    }
}

#[test]
fn whatever_is_applied_and_taken_back_leaves_bytes_and_modes_as_they_were() {
    let rounds = number("LECTERN_SOAK_COUNT").unwrap_or(40);
    let mut random = Random::new(number("LECTERN_SEED").unwrap_or(3));
    let stage = Stage::new();
    let workspace = stage.open();
    let project = stage.project(&workspace);
    let before = stage.tree();
    let mut changed = 0;
    for round in 0..rounds {
        let ask = any_ask(&mut random);
        let job = proposed(&workspace, &project, ask.clone());
        if job.status != RefactorStatus::Proposed {
            continue;
        }
        let proposal = workspace.refactor_proposal(&job.id).expect("a proposal");
        apart(&proposal);
        // Any choice is as good as any other; what breaks the code is nobody's business here.
        let out: Vec<u32> = proposal.files.iter().flat_map(|file| &file.edits).map(|edit| edit.id).filter(|_| random.chance(4)).collect();
        workspace.refactor_choose(&job.id, &out).expect("chosen");
        if let Err(failure) = workspace.refactor_apply("task", &job.id, &|_| {}) {
            let known = ["NOT_ENCODABLE", "NOTHING_CHOSEN", "FILE_NAME_TAKEN", "STALE", "IN_THE_WAY", "NO_CHANGE"];
            assert!(known.contains(&failure.code.as_str()), "round {round}, {ask:?}: {failure:?}");
            assert_eq!(stage.tree(), before, "round {round}, {ask:?}: refused, and written all the same");
            continue;
        }
        let after = stage.tree();
        changed += 1;
        undo(&workspace, &job.id).unwrap_or_else(|failure| panic!("round {round}, {ask:?}: {failure:?}"));
        assert_eq!(stage.tree(), before, "round {round}, {ask:?}: as it was");
        undo(&workspace, &job.id).unwrap_or_else(|failure| panic!("round {round}, {ask:?}: {failure:?}"));
        assert_eq!(stage.tree(), after, "round {round}, {ask:?}: done again");
        undo(&workspace, &job.id).unwrap_or_else(|failure| panic!("round {round}, {ask:?}: {failure:?}"));
        assert_eq!(stage.tree(), before, "round {round}, {ask:?}: as it was again");
    }
    whole(&stage);
    assert!(changed * 4 > rounds, "{changed} of {rounds} rounds changed something");
    println!("{changed} jobs applied and taken back, of {rounds}");
}

#[test]
fn a_name_that_goes_there_and_back_leaves_every_byte() {
    let stage = Stage::new();
    let workspace = stage.open();
    let project = stage.project(&workspace);
    let rename = |new: &str| RefactorAsk::RenameSymbol {
        path: "lib/a.ts".into(),
        line: 1,
        column: 16,
        new_name: new.into(),
        files: true,
        hierarchy: true,
    };
    let before = stage.tree();
    for new in ["dog", "cat"] {
        let job = proposed(&workspace, &project, rename(new));
        apply(&workspace, &job.id);
        let state = State { name: new.into(), ..State::first() };
        assert_eq!(stage.tree(), state.tree(), "{new}: in every encoding, and nothing else");
    }
    assert_eq!(stage.tree(), before);
}

#[test]
fn names_that_differ_by_case_alone_are_names_of_their_own() {
    let stage = Stage::new();
    let workspace = stage.open();
    let project = stage.project(&workspace);
    let before = stage.tree();
    let moves = |from: &str, to: &str| RefactorAsk::Move { moves: vec![PathMove { from: from.into(), to: to.into() }] };
    let job = proposed(&workspace, &project, moves("lib/a.ts", "lib/A.ts"));
    apply(&workspace, &job.id);
    let after = stage.tree();
    assert!(after.contains_key("lib/A.ts") && !after.contains_key("lib/a.ts"), "{:?}", after.keys());
    let text = |tree: &Tree, path: &str| String::from_utf8_lossy(&tree[path].0).into_owned();
    assert!(text(&after, "src/user0.ts").contains("'../lib/A'"), "{}", text(&after, "src/user0.ts"));
    undo(&workspace, &job.id).expect("undone");
    assert_eq!(stage.tree(), before);
    // The whole folder too.
    let job = proposed(&workspace, &project, moves("lib", "Lib"));
    apply(&workspace, &job.id);
    assert!(stage.tree().contains_key("Lib/deep/b.ts"));
    undo(&workspace, &job.id).expect("undone");
    assert_eq!(stage.tree(), before);
}

#[test]
fn a_folder_that_can_not_be_written_is_told_before_anything_is() {
    let stage = Stage::new();
    let workspace = stage.open();
    let project = stage.project(&workspace);
    let (ask, _) = State::first().ask(crate::stage::Kind::Replace, 1);
    let job = proposed(&workspace, &project, ask);
    let folder = stage.root().join("notes");
    let before = stage.tree();
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).expect("set");
    set(0o555);
    let refused = workspace.refactor_apply("task", &job.id, &|_| {});
    set(0o755);
    // Who may do everything is not refused.
    if let Err(failure) = refused {
        assert_eq!((failure.code.as_str(), stage.tree()), ("NOT_WRITABLE", before));
        assert!(failure.hint.is_some_and(|hint| hint.contains("right")));
        apply(&workspace, &job.id);
    }
}

#[test]
fn ten_thousand_edits_in_a_thousand_files_are_written_and_taken_back_in_seconds() {
    let stage = Stage::new();
    for number in 0..1000 {
        let text = (0..10).map(|line| format!("{} harbour {line}\n", "x".repeat(number % 30))).collect::<String>();
        let path = stage.root().join(format!("many/{}/f{number}.txt", number % 20));
        fs::create_dir_all(path.parent().expect("has one")).expect("made");
        fs::write(path, text).expect("written");
    }
    let workspace = stage.open();
    let project = stage.project(&workspace);
    let before = stage.tree();
    let replace = RefactorAsk::ReplaceText {
        query: "harbour".into(),
        replacement: "port".into(),
        regex: false,
        word: true,
        case: true,
        globs: Vec::new(),
    };
    let (job, propose) = timed(|| proposed(&workspace, &project, replace));
    assert_eq!((job.edits, job.files), (10_000, 1000));
    let ((), written) = timed(|| apply(&workspace, &job.id));
    assert!(stage.tree()["many/3/f3.txt"].0.starts_with(b"xxx port 0\n"), "each in its place");
    let ((), undone) = timed(|| undo(&workspace, &job.id).expect("undone"));
    assert_eq!(stage.tree(), before);
    println!("10,000 edits in 1,000 files: proposed in {propose:.2?}, applied in {written:.2?}, taken back in {undone:.2?}");
    // Not a figure: in a test build on a busy machine it only must not take for ever.
    assert!(propose + written + undone < Duration::from_secs(120), "{propose:?} {written:?} {undone:?}");
}
