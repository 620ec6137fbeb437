//! Variables, functions, labels: names that scopes explain.

use crate::support::{broken, check, proposal, refused};
use lectern_refactor::{Certainty, ConflictKind, RefusedKind};

#[test]
fn a_name_in_another_scope_stays() {
    check(
        "
let item$0 = 1;
function a(item) { return item; }
{ let item = 2; item; }
item;
",
        "
let fresh = 1;
function a(item) { return item; }
{ let item = 2; item; }
fresh;
"
        .trim_start(),
    );
}

#[test]
fn a_variable_is_hoisted_to_its_function() {
    check(
        "
function a() { if (b) { var x$0 = 1; } return x; }
x;
",
        "function a() { if (b) { var fresh = 1; } return fresh; }\nx;\n",
    );
}

#[test]
fn a_function_expression_has_its_name_within() {
    check(
        "const walk = function walk$0(node) { walk(node.left); };\nwalk(root);\n",
        "const walk = function fresh(node) { fresh(node.left); };\nwalk(root);\n",
    );
}

#[test]
fn shorthand_is_written_out() {
    check("function f(width$0) { return { width, height: width }; }\n", "function f(fresh) { return { width: fresh, height: fresh }; }\n");
}

#[test]
fn a_destructured_variable_keeps_its_key() {
    check(
        "const { width$0 = 3, ...rest } = box;\nconst [a, b = width] = [width];\n",
        "const { width: fresh = 3, ...rest } = box;\nconst [a, b = fresh] = [fresh];\n",
    );
}

#[test]
fn a_label_is_no_variable() {
    check(
        "outer$0: for (;;) { let outer = 1; inner: for (;;) { if (outer) continue outer; break inner; } break outer; }\n",
        "fresh: for (;;) { let outer = 1; inner: for (;;) { if (outer) continue fresh; break inner; } break fresh; }\n",
    );
}

#[test]
fn a_parameter_is_renamed_in_its_documentation() {
    check(
        "/**\n * @param {number} size how much\n * @param size$ no\n */\nfunction grow(size$0) { return size; }\n",
        "/**\n * @param {number} fresh how much\n * @param size$ no\n */\nfunction grow(fresh) { return fresh; }\n",
    );
}

#[test]
fn comments_and_strings_are_only_text() {
    let case = crate::support::case("// count it\nlet count$0 = 0; log(\"count, account\");\n");
    let found = proposal(&case, "total").expect("a proposal");
    let text: Vec<u32> = found.of(&[Certainty::Text]).map(|edit| edit.start).collect();
    assert_eq!(text, [3, 32]);
    assert_eq!(found.of(&[Certainty::Certain]).count(), 1);
}

#[test]
fn names_beyond_ascii_and_windows_lines_work() {
    check("let größe$0 = 1;\r\n// é\r\nlog(größe);\r\n", "let fresh = 1;\r\n// é\r\nlog(fresh);\r\n");
}

#[test]
fn a_reserved_word_is_refused() {
    for word in ["class", "await", "1a", "a b", ""] {
        refused("let a$0 = 1;\n", word, RefusedKind::BadName);
    }
    refused("let a$0 = 1;\n", "a", RefusedKind::SameName);
    refused("type A$0 = number;\n", "string", RefusedKind::BadName);
}

#[test]
fn what_the_language_brings_along_is_refused() {
    refused("console$0.log(1);\n", "b", RefusedKind::BuiltIn);
    refused("[1].map$0(x => x);\n", "b", RefusedKind::BuiltIn);
    refused("unheardOf$0();\n", "b", RefusedKind::External);
    refused("let a = $0  1;\n", "b", RefusedKind::NoName);
}

#[test]
fn a_member_may_be_called_like_a_reserved_word() {
    let case = crate::support::case("const a = { b$0: 1 };\na.b;\n");
    assert!(proposal(&case, "class").expect("a proposal").breaking().is_none());
}

#[test]
fn a_clash_in_the_scope_breaks() {
    assert_eq!(broken("let a$0 = 1;\nlet b = 2;\n", "b"), [(ConflictKind::NameClash, 2)]);
}

#[test]
fn being_hidden_by_a_nearer_name_breaks() {
    assert_eq!(broken("let a$0 = 1;\nfunction f(b) {\n return a + b; }\n", "b"), [(ConflictKind::Shadowing, 3)]);
}

#[test]
fn hiding_an_outer_name_breaks() {
    assert_eq!(broken("let b = 1;\nfunction f(a$0) {\n return a + b; }\n", "b"), [(ConflictKind::Shadowing, 3)]);
    assert_eq!(broken("function f(a$0) {\n return fetch(a); }\n", "fetch"), [(ConflictKind::Shadowing, 2)]);
}

#[test]
fn names_that_become_alike_are_written_once() {
    let case = crate::support::case("const a$0 = { b: 1 };\nconst { b: c } = a;\nf({ fresh: a, other: a, 'fresh': a });\n");
    let found = proposal(&case, "fresh").expect("a proposal");
    let texts = lectern_refactor::applied(&case.files, &found.edits, &found.moves).expect("edits fit");
    assert_eq!(texts["a.ts"], "const fresh = { b: 1 };\nconst { b: c } = fresh;\nf({ fresh, other: fresh, 'fresh': fresh });\n");
}

#[test]
fn a_reference_to_a_file_is_no_comment_about_a_name() {
    let case = crate::support::case("/// <reference path=\"./count.ts\" />\nlet count$0 = 0;\n");
    assert_eq!(proposal(&case, "total").expect("a proposal").edits.len(), 1);
}
