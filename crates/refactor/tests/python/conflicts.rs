//! What speaks against a rename.

use lectern_refactor::{ConflictKind, RefusedKind};

use crate::support::{certainly_one, refused, sources};

/// What breaks, and the line.
fn breaks(before: &str, new_name: &str) -> Option<(ConflictKind, u32)> {
    let proposal = sources(&[("a.py", before)]).rename(new_name).expect("a proposal");
    proposal.breaking().map(|conflict| (conflict.kind, conflict.line))
}

#[test]
fn a_name_of_the_same_scope_clashes() {
    assert_eq!(breaks("$0x = 1\ny = 2\n", "y"), Some((ConflictKind::NameClash, 2)));
    assert_eq!(breaks("def f($0x, y): pass\n", "y"), Some((ConflictKind::NameClash, 1)));
    assert_eq!(breaks("class A:\n    def $0f(self): pass\n    g = 1\n", "g"), Some((ConflictKind::NameClash, 3)));
    assert_eq!(breaks("class A:\n    def __init__(self): self.b = 1\nclass B(A):\n    $0c = 1\n", "b"), Some((ConflictKind::NameClash, 2)));
}

#[test]
fn an_inner_declaration_would_capture_the_new_name() {
    assert_eq!(breaks("$0x = 1\ndef f(y):\n    return x + y\n", "y"), Some((ConflictKind::Shadowing, 3)));
    assert_eq!(breaks("$0x = 1\nz = [x for y in []]\n", "y"), Some((ConflictKind::Shadowing, 2)));
}

#[test]
fn a_new_name_would_capture_an_outer_one() {
    assert_eq!(breaks("y = 1\ndef f($0x):\n    return x + y\n", "y"), Some((ConflictKind::Shadowing, 3)));
    assert_eq!(breaks("def f($0x):\n    return len(x)\n", "len"), Some((ConflictKind::Shadowing, 2)));
    assert_eq!(breaks("def f($0x):\n    return x\nlen([])\n", "len"), None);
}

#[test]
fn a_name_taken_where_it_is_imported_is_found() {
    let proposal = sources(&[("a.py", "def $0f(): pass\n"), ("b.py", "from a import f\ng = f\n")]).rename("g").expect("a proposal");
    assert_eq!(proposal.breaking().map(|conflict| (conflict.path.as_str(), conflict.kind)), Some(("b.py", ConflictKind::NameClash)));
}

#[test]
fn a_special_method_is_a_contract() {
    assert_eq!(breaks("class A:\n    def $0__len__(self): return 1\n", "size"), Some((ConflictKind::BrokenContract, 2)));
}

#[test]
fn a_method_that_a_library_may_call_is_only_noted() {
    let proposal =
        sources(&[("a.py", "import threading\nclass T(threading.Thread):\n    def $0run(self): pass\n")]).rename("go").expect("a proposal");
    assert!(proposal.breaking().is_none());
    assert_eq!(proposal.conflicts[0].kind, ConflictKind::BrokenContract);
}

#[test]
fn generated_and_unreadable_files_are_noted() {
    let files = [("a.py", "def $0f(): pass\n"), ("b.py", "# @generated\nfrom a import f\n"), ("c.py", "from a import f\nf(\n")];
    let proposal = sources(&files).rename("g").expect("a proposal");
    let kinds: Vec<_> = proposal.conflicts.iter().map(|conflict| (conflict.path.as_str(), conflict.kind, conflict.breaks)).collect();
    assert_eq!(kinds, [("b.py", ConflictKind::GeneratedFile, false), ("c.py", ConflictKind::Unreadable, false)]);
}

#[test]
fn a_module_that_is_no_longer_itself_in_its_package_is_refused() {
    let files = [("p/__init__.py", "from .$0sub import sub\n"), ("p/sub.py", "sub = 1\n")];
    assert_eq!(refused(&files, "other"), RefusedKind::ElsewhereDeclared);
}

#[test]
fn an_import_that_means_more_keeps_its_name() {
    certainly_one(
        "try:\n    import $0json\nexcept ImportError:\n    json = None\n",
        "j",
        "try:\n    import json as j\nexcept ImportError:\n    j = None\n",
    );
    let sources = sources(&[
        ("fast.py", "def $0run(): pass\n"),
        ("use.py", "try:\n    from fast import run\nexcept ImportError:\n    def run(): pass\nrun()\n"),
    ]);
    let proposal = sources.rename("go").expect("a proposal");
    let edits: Vec<_> = proposal.edits.iter().map(|edit| (edit.path.as_str(), edit.new.as_str())).collect();
    assert_eq!(edits, [("fast.py", "go"), ("use.py", "go as run")]);
}
