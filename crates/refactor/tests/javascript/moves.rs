//! Files and folders that go elsewhere.

use crate::support::{after_moves, case, files, proposal};

#[test]
fn imports_follow_a_file_and_its_own_are_kept() {
    let after = after_moves(
        "
//- src/a.ts
import { b } from './lib/b';
export * from \"./lib/b.js\";
//- src/lib/b.ts
import type { A } from '../a';
export const b = require('./c');
//- src/lib/c.js
module.exports = 1;
",
        &[("src/lib/b.ts", "src/deep/er/d.ts")],
    );
    assert_eq!(
        after,
        files(
            "
//- src/a.ts
import { b } from './deep/er/d';
export * from \"./deep/er/d.js\";
//- src/deep/er/d.ts
import type { A } from '../../a';
export const b = require('../../lib/c');
//- src/lib/c.js
module.exports = 1;
"
        )
    );
}

#[test]
fn a_folder_takes_its_files_along() {
    let after = after_moves(
        "
//- tsconfig.json
{ \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"] } } }
//- src/main.ts
import './parts';
import('@/parts/one');
jest.mock('./parts/one');
//- src/parts/index.ts
export * from './one';
//- src/parts/one.ts
import '../main';
",
        &[("src/parts", "src/pieces")],
    );
    assert_eq!(
        after,
        files(
            "
//- tsconfig.json
{ \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"] } } }
//- src/main.ts
import './pieces';
import('@/pieces/one');
jest.mock('./pieces/one');
//- src/pieces/index.ts
export * from './one';
//- src/pieces/one.ts
import '../main';
"
        )
    );
}

#[test]
fn a_module_is_renamed_by_its_name_in_an_import() {
    let case = case("//- a.ts\nimport { x } from './b$0';\n//- b.ts\nexport const x = 1;\n//- c.ts\nexport * from './b';\n");
    let found = proposal(&case, "other").expect("a proposal");
    assert_eq!(found.moves.iter().map(|moved| (&*moved.from, &*moved.to)).collect::<Vec<_>>(), [("b.ts", "other.ts")]);
    assert_eq!(found.edits.iter().map(|edit| &*edit.new).collect::<Vec<_>>(), ["./other", "./other"]);
    assert!(found.edits.iter().all(|edit| edit.group == found.moves[0].group), "they make sense only together");
}

#[test]
fn a_place_that_is_taken_breaks() {
    let case = case("//- a.ts\nimport './b$0';\n//- b.ts\n\n//- c.ts\n\n");
    assert!(proposal(&case, "c").expect("a proposal").breaking().is_some());
}
