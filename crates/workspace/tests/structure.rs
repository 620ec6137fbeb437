//! What the window is told about folding a file.

use std::{fs, sync::Arc};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{Workspace, WorkspaceOptions, view::FileStructure};

const PASSWORD: &str = "ferry lantern sycamore";

fn structure_of(name: &str, bytes: &[u8]) -> FileStructure {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("ferry");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join(name), bytes).expect("a file");
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.path().join("data")),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        ..WorkspaceOptions::default()
    })
    .expect("a workspace");
    workspace.create_profile("ada@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let (project, _) = workspace.sync_path(&root, &|_| {}).expect("a sync");
    let opened = workspace.open_file(&project, name, None).expect("opened");
    let structure = workspace.file_structure(&opened.document).expect("a structure");
    workspace.lock().expect("locked");
    assert_eq!(workspace.file_structure(&opened.document).expect_err("locked").code, "LOCKED");
    structure
}

#[test]
fn code_folds_by_its_tree_and_its_parts_have_names() {
    let structure = structure_of("a.rs", b"impl A {\n    fn b() {\n        c();\n    }\n}\n");
    assert_eq!(structure.folds, [(1, 4), (2, 3)]);
    let scopes: Vec<_> = structure.scopes.iter().map(|scope| (scope.kind.as_str(), scope.name.as_str(), scope.first, scope.last)).collect();
    assert_eq!(scopes, [("type", "impl A", 1, 5), ("method", "b", 2, 4)]);
}

#[test]
fn text_without_a_grammar_folds_by_its_indentation() {
    let structure = structure_of("notes.txt", b"a\n  b\n  c\nd\n");
    assert_eq!(structure.folds, [(1, 3)]);
    assert!(structure.scopes.is_empty());
}

#[test]
fn text_that_is_nested_too_deeply_folds_by_its_indentation() {
    let stairs: String = (0..600).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let structure = structure_of("deep.yaml", stairs.as_bytes());
    assert_eq!(structure.folds.first(), Some(&(1, 600)));
    assert_eq!(structure.folds.len(), 599);
}

#[test]
fn bytes_and_what_is_read_page_by_page_have_no_parts() {
    assert!(structure_of("a.bin", b"a\0\n  b\n").folds.is_empty());
    let long = format!("a\n  {}\n", "b".repeat(200_000));
    assert!(structure_of("a.txt", long.as_bytes()).folds.is_empty());
}
