//! A rename that clashes in a file, which then imports the new name as the old one.

mod common;

use std::{fs, thread, time::Duration};

use common::{Fixture, fixture};
use lectern_workspace::view::{RefactorAsk, RefactorJob, RefactorStatus};

fn ended(fixture: &Fixture, id: &str) -> RefactorJob {
    for _ in 0..6000 {
        let job = fixture.workspace.refactor_job(id).expect("a job");
        if !matches!(job.status, RefactorStatus::Queued | RefactorStatus::Running) {
            return job;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the job does not end");
}

#[test]
fn a_file_where_the_new_name_is_taken_can_go_on_with_the_old_one() {
    let f = fixture();
    f.write("a.ts", "export function cat() {}\n");
    f.write("b.ts", "import { cat } from './a';\nfunction dog() {}\ncat(); dog();\n");
    f.write("c.ts", "import { cat } from './a';\ncat();\n");
    let project = f.project();
    let ask = RefactorAsk::RenameSymbol { path: "a.ts".into(), line: 1, column: 16, new_name: "dog".into(), files: true, hierarchy: true };
    let id = f.workspace.refactor_ask(&project, ask).expect("asked").id;
    ended(&f, &id);
    let before = f.workspace.refactor_proposal(&id).expect("a proposal");
    let clash = before.conflicts.iter().find(|conflict| conflict.breaks).expect("it clashes");
    assert_eq!((clash.path.as_str(), clash.old_name), ("b.ts", true), "{clash:?}");
    let again = f.workspace.refactor_keep_old_name(&id, "b.ts").expect("again");
    assert_eq!((again.id.as_str(), ended(&f, &id).status), (id.as_str(), RefactorStatus::Proposed));
    let after = f.workspace.refactor_proposal(&id).expect("a proposal");
    assert_eq!(after.conflicts, []);
    f.workspace.refactor_apply("t", &id, &|_| {}).expect("applied");
    let read = |name: &str| fs::read_to_string(f.root.join(name)).expect("read");
    assert_eq!(read("b.ts"), "import { dog as cat } from './a';\nfunction dog() {}\ncat(); dog();\n");
    assert_eq!(read("c.ts"), "import { dog } from './a';\ndog();\n");
    f.workspace.refactor_undo("t", &id, &[], &|_| {}).expect("undone");
    assert!(read("b.ts").starts_with("import { cat } from"));
}
