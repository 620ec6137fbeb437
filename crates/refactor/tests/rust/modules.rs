//! Modules, imports, crates and files.

use std::collections::BTreeMap;

use lectern_refactor::{Certainty, InMemory, RefusedKind, Rename, RenameOptions, applied, engine_for};

use crate::support::{check, files_of, refused};

#[test]
fn a_module_takes_its_file_and_folder_along() {
    check(
        "b",
        "//- lib.rs\nmod $0a;\nuse a::c::T;\nfn f(t: crate::a::c::T) {}\n//- a.rs\npub mod c;\n//- a/c.rs\npub struct T;\nfn g() { super::c::g(); crate::a::c::g() }\n",
        "//- lib.rs\nmod b;\nuse b::c::T;\nfn f(t: crate::b::c::T) {}\n//- b.rs\npub mod c;\n//- b/c.rs\npub struct T;\nfn g() { super::c::g(); crate::b::c::g() }\n",
    );
    check(
        "b",
        "//- lib.rs\nmod a;\nfn f() { $0a::g() }\n//- a/mod.rs\npub fn g() {}\n//- a/x.rs\n// not there\n",
        "//- lib.rs\nmod b;\nfn f() { b::g() }\n//- b/mod.rs\npub fn g() {}\n//- b/x.rs\n// not there\n",
    );
}

#[test]
fn a_module_with_a_path_keeps_its_file() {
    check(
        "b",
        "//- lib.rs\n#[path = \"x.rs\"]\nmod $0a;\nuse a::T;\n//- x.rs\npub struct T;\n",
        "//- lib.rs\n#[path = \"x.rs\"]\nmod b;\nuse b::T;\n//- x.rs\npub struct T;\n",
    );
}

#[test]
fn a_module_in_nested_imports_is_found() {
    check(
        "d",
        "mod a { pub mod $0b { pub struct T; pub fn f() {} } }\nuse a::{b::{self, T}, b as c};\nuse self::a::b::f;\nfn g() { b::f(); c::f(); }\n",
        "mod a { pub mod d { pub struct T; pub fn f() {} } }\nuse a::{d::{self, T}, d as c};\nuse self::a::d::f;\nfn g() { d::f(); c::f(); }\n",
    );
}

#[test]
fn imports_globs_and_reexports_are_followed() {
    check(
        "New",
        "//- lib.rs\nmod a;\nmod b;\npub use a::Old;\nmod c { use crate::*; fn f(o: Old) {} }\n//- a.rs\npub struct $0Old;\n//- b.rs\nuse crate::a::*;\nuse super::Old as Other;\nstruct Mine(Old, Other, crate::Old);\nmod inner { struct Old; fn f(o: Old) {} }\n",
        "//- lib.rs\nmod a;\nmod b;\npub use a::New;\nmod c { use crate::*; fn f(o: New) {} }\n//- a.rs\npub struct New;\n//- b.rs\nuse crate::a::*;\nuse super::New as Other;\nstruct Mine(New, Other, crate::New);\nmod inner { struct Old; fn f(o: Old) {} }\n",
    );
}

#[test]
fn an_alias_is_renamed_where_it_is_used() {
    check(
        "Z",
        "mod a { pub struct X; }\nuse a::X as $0Y;\nfn f(y: Y, x: a::X) {}\n",
        "mod a { pub struct X; }\nuse a::X as Z;\nfn f(y: Z, x: a::X) {}\n",
    );
}

#[test]
fn at_an_import_the_name_gets_an_alias() {
    check(
        "Z",
        "mod a { pub struct X; }\nmod b { use crate::a::X; fn f(x: X) {} }\nuse a::$0X;\nfn f(x: X) {}\n",
        "mod a { pub struct X; }\nmod b { use crate::a::X; fn f(x: X) {} }\nuse a::X as Z;\nfn f(x: Z) {}\n",
    );
    check(
        "Map",
        "use std::collections::$0HashMap;\nfn f(m: HashMap<u8, u8>) {}\n",
        "use std::collections::HashMap as Map;\nfn f(m: Map<u8, u8>) {}\n",
    );
}

#[test]
fn other_crates_of_the_workspace_are_followed() {
    check(
        "run",
        "//- Cargo.toml\n[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.dependencies]\none-lib = { path = \"one\" }\n//- one/Cargo.toml\n[package]\nname = \"one-lib\"\nedition = \"2021\"\n//- one/src/lib.rs\npub fn $0start() {}\n//- one/src/main.rs\nfn main() { one_lib::start(); }\n//- one/tests/t.rs\nuse one_lib::start;\n#[test] fn t() { start() }\n//- two/Cargo.toml\n[package]\nname = \"two\"\nedition = \"2021\"\n[dependencies]\none-lib.workspace = true\n//- two/src/lib.rs\nuse one_lib as one;\nfn start() { one::start() }\n",
        "//- Cargo.toml\n[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.dependencies]\none-lib = { path = \"one\" }\n//- one/Cargo.toml\n[package]\nname = \"one-lib\"\nedition = \"2021\"\n//- one/src/lib.rs\npub fn run() {}\n//- one/src/main.rs\nfn main() { one_lib::run(); }\n//- one/tests/t.rs\nuse one_lib::run;\n#[test] fn t() { run() }\n//- two/Cargo.toml\n[package]\nname = \"two\"\nedition = \"2021\"\n[dependencies]\none-lib.workspace = true\n//- two/src/lib.rs\nuse one_lib as one;\nfn start() { one::run() }\n",
    );
}

#[test]
fn links_in_documentation_follow() {
    check(
        "New",
        "/// A [`Old`], [Old::f] and [this](crate::Old).\npub fn g() {}\n/// It.\npub struct $0Old;\nimpl Old { fn f() {} }\n",
        "/// A [`New`], [New::f] and [this](crate::New).\npub fn g() {}\n/// It.\npub struct New;\nimpl New { fn f() {} }\n",
    );
}

#[test]
fn crates_and_words_are_not_renamed() {
    refused("x", "//- a.rs\npub fn f() {}\n//- b.rs\nextern crate $0a;\nfn f() { a::f() }\n", RefusedKind::BuiltIn);
    refused("x", "fn f() { $0self::f() }", RefusedKind::BuiltIn);
}

#[test]
fn an_import_that_shares_its_name_with_another_keeps_it() {
    check(
        "New",
        "mod a { pub struct $0Old; } mod b { pub struct Old; }\n#[cfg(unix)] use a::Old;\n#[cfg(windows)] use b::Old;\nfn f(o: Old) {}\n",
        "mod a { pub struct New; } mod b { pub struct Old; }\n#[cfg(unix)] use a::New as Old;\n#[cfg(windows)] use b::Old;\nfn f(o: Old) {}\n",
    );
}

#[test]
fn what_comes_from_an_unknown_crate_can_get_an_alias() {
    check("Y", "use unknown::thing::$0X;\nfn f(x: X) {}\n", "use unknown::thing::X as Y;\nfn f(x: Y) {}\n");
    refused("Y", "use unknown::{thing::X, other};\nfn f(x: $0X) {}\n", RefusedKind::External);
}

#[test]
fn modules_that_take_each_others_names_are_looked_through_once() {
    // Each of many modules takes everything of all: there are more ways through them than there is time.
    let globs: String = (0..24).map(|number| format!("pub use crate::m{number}::*; ")).collect();
    let modules = |name: &str| -> String {
        let module = |number| {
            format!("pub mod m{number} {{ {globs} {} }}\n", if number == 23 { format!("pub fn {name}() {{}}") } else { String::new() })
        };
        (0..24).map(module).collect()
    };
    check(
        "last",
        &format!("//- lib.rs\n{}fn f() {{ m0::first(); m7::other(); m3::first(); }}\n", modules("$0first")),
        &format!("//- lib.rs\n{}fn f() {{ m0::last(); m7::other(); m3::last(); }}\n", modules("last")),
    );
}

#[test]
fn a_module_whose_file_stays_is_renamed_there_and_back() {
    let before = "//- src/lib.rs\nmod outer;\n//- src/outer.rs\n/// Told.\npub mod $0a;\nuse a::T;\n//- src/outer/a.rs\npub struct T;\n";
    let between = renamed_alone("b", before);
    assert_eq!(between["src/outer.rs"], "/// Told.\n#[path = \"outer/a.rs\"]\npub mod b;\nuse b::T;\n");
    let back = between.iter().map(|(path, text)| format!("//- {path}\n{}", text.replace("mod b", "mod $0b"))).collect::<String>();
    assert_eq!(renamed_alone("a", &back), files_of(before).0);
}

/// What a rename makes that leaves files where they are.
fn renamed_alone(new_name: &str, before: &str) -> BTreeMap<String, String> {
    let (files, place) = files_of(before);
    let options = RenameOptions { files: false, ..RenameOptions::default() };
    let rename = Rename { at: place.expect("a $0"), new_name, options };
    let proposal = engine_for("a.rs").expect("an engine").rename(&InMemory::new(files.clone()), &rename).expect("it is a module");
    assert_eq!((proposal.breaking(), &proposal.moves[..]), (None, &[][..]));
    applied(&files, proposal.of(&[Certainty::Certain, Certainty::Probable]), &[]).expect("edits fit")
}

#[test]
fn globs_that_depend_on_each_other_are_resolved_whatever_their_order() {
    // `two` comes out of `one` only once that is known.
    check(
        "B",
        "mod one { pub mod two { pub struct $0A; } }\nuse two::*;\nuse one::*;\nfn f(_: A) {}\n",
        "mod one { pub mod two { pub struct B; } }\nuse two::*;\nuse one::*;\nfn f(_: B) {}\n",
    );
    // Each brings the other's.
    check(
        "B",
        "mod one { pub use super::two::*; pub struct $0A; }\nmod two { pub use super::one::*; pub fn f(_: A) {} }\nfn g(_: two::A) {}\n",
        "mod one { pub use super::two::*; pub struct B; }\nmod two { pub use super::one::*; pub fn f(_: B) {} }\nfn g(_: two::B) {}\n",
    );
}

#[test]
fn modules_that_all_bring_each_other_take_no_time() {
    let count = 60;
    let mut before = String::from("mod home { pub struct $0A; }\n");
    for at in 0..count {
        let globs: String = (0..count).map(|other| format!("pub use crate::m{other}::*; ")).collect();
        let home = if at == count / 2 { "pub use crate::home::*; " } else { "" };
        before.push_str(&format!("mod m{at} {{ {globs}{home}use gone::x{at}; pub fn f(_: A) {{}} }}\n"));
    }
    let after = before.replace("$0A", "B").replace("_: A", "_: B");
    let began = std::time::Instant::now();
    check("B", &before, &after);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn a_glob_among_others_in_braces_brings_too() {
    check(
        "B",
        "mod m { pub struct $0A; pub mod n {} }\nuse m::{n, *};\nfn f(_: A) {}\n",
        "mod m { pub struct B; pub mod n {} }\nuse m::{n, *};\nfn f(_: B) {}\n",
    );
}

#[test]
fn what_a_private_glob_brings_is_for_its_own_module() {
    check(
        "b",
        "mod a { pub fn $0f() {} }\nmod m { use super::a::*; pub fn g() { f(); } }\nmod n { use super::m::*; use super::k::*; fn h() { f(); } }\nmod k { pub fn f() {} }\n",
        "mod a { pub fn b() {} }\nmod m { use super::a::*; pub fn g() { b(); } }\nmod n { use super::m::*; use super::k::*; fn h() { f(); } }\nmod k { pub fn f() {} }\n",
    );
}

#[test]
fn one_file_may_be_the_module_of_several() {
    check(
        "other",
        "//- lib.rs\nmod one;\nmod two;\n//- one.rs\n#[path = \"shared.rs\"]\nmod $0shared;\nfn f() { shared::g(); }\n//- two.rs\n#[path = \"shared.rs\"]\nmod shared;\nfn f() { shared::g(); }\n//- shared.rs\npub fn g() {}\n",
        "//- lib.rs\nmod one;\nmod two;\n//- one.rs\n#[path = \"shared.rs\"]\nmod other;\nfn f() { other::g(); }\n//- two.rs\n#[path = \"shared.rs\"]\nmod shared;\nfn f() { shared::g(); }\n//- shared.rs\npub fn g() {}\n",
    );
}
