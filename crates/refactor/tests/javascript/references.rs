//! Every place that means the same.

use crate::support::found;
use lectern_refactor::OccurrenceRole;

#[test]
fn references_go_through_aliases() {
    let found = found(
        "
//- a.ts
export function load() {}
//- b.ts
import { load as fetchIt } from './a';
fetchIt$0();
export { fetchIt as third };
//- c.ts
import { third } from './b';
third();
",
    );
    assert_eq!((&*found.name, &*found.kind), ("load", "function"));
    let places: Vec<(&str, u32, OccurrenceRole)> = found.occurrences.iter().map(|one| (&*one.path, one.start, one.role)).collect();
    assert_eq!(
        places,
        [
            ("a.ts", 16, OccurrenceRole::Definition),
            ("b.ts", 9, OccurrenceRole::Import),
            ("b.ts", 17, OccurrenceRole::Import),
            ("b.ts", 39, OccurrenceRole::Read),
            ("b.ts", 59, OccurrenceRole::Read),
            ("b.ts", 70, OccurrenceRole::Import),
            ("c.ts", 9, OccurrenceRole::Import),
            ("c.ts", 29, OccurrenceRole::Read),
        ]
    );
}

#[test]
fn a_write_is_told_from_a_read() {
    let found = found("let a$0 = 1;\na = a + 1;\n({ a } = { a });\n");
    let roles: Vec<OccurrenceRole> = found.occurrences.iter().map(|one| one.role).collect();
    assert_eq!(
        roles,
        [OccurrenceRole::Definition, OccurrenceRole::Write, OccurrenceRole::Read, OccurrenceRole::Write, OccurrenceRole::Read]
    );
}

#[test]
fn what_is_declared_outside_is_found_where_it_is_used() {
    let found = found("//- a.ts\nconsole$0.log(1);\n//- b.ts\nexport const x = [console];\n");
    assert_eq!(found.occurrences.iter().map(|one| &*one.path).collect::<Vec<_>>(), ["a.ts", "b.ts"]);
    assert!(found.occurrences.iter().all(|one| one.role != OccurrenceRole::Definition));
}
