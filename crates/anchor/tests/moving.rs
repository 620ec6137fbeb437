//! Renamed, moved and split files.

use std::{cell::Cell, sync::Arc};

use lectern_anchor::{Listed, Move, MoveKind, find_moves};

fn text(name: &str, lines: std::ops::Range<usize>) -> String {
    lines.map(|line| format!("let {name}_{line} = compute_{name}({line});\n")).collect()
}

fn moves(removed: &[(&str, &str)], added: &[(&str, &str)]) -> Vec<(usize, usize, MoveKind)> {
    let loaders = |files: &[(&str, &str)]| files.iter().map(|(_, text)| Arc::<str>::from(*text)).collect::<Vec<_>>();
    let (old, new) = (loaders(removed), loaders(added));
    let old: Vec<_> = old.iter().map(|text| move || Some(text.clone())).collect();
    let new: Vec<_> = new.iter().map(|text| move || Some(text.clone())).collect();
    let removed: Vec<Listed<'_, &str>> =
        removed.iter().zip(&old).map(|((path, object), text)| Listed { path, object: *object, text }).collect();
    let added: Vec<Listed<'_, &str>> =
        added.iter().zip(&new).map(|((path, object), text)| Listed { path, object: *object, text }).collect();
    find_moves(&removed, &added).into_iter().map(|Move { from, to, kind, .. }| (from, to, kind)).collect()
}

#[test]
fn equal_files_go_together_by_their_names_and_need_not_be_read() {
    let (read, load) = (Cell::new(0), |_: usize| Some(Arc::<str>::from("x\n")));
    let load = || {
        read.set(read.get() + 1);
        load(0)
    };
    let list = |path| Listed { path, object: 7, text: &load };
    let found = find_moves(&[list("a/one.rs"), list("a/two.rs")], &[list("b/two.rs"), list("b/one.rs")]);
    let found: Vec<_> = found.into_iter().map(|one| (one.from, one.to, one.kind)).collect();
    assert_eq!(found, [(1, 0, MoveKind::Same), (0, 1, MoveKind::Same)]);
    assert_eq!(read.get(), 0, "their objects say enough");
}

#[test]
fn an_edited_file_is_found_by_its_lines() {
    let (old, new) = (text("a", 0..60), text("a", 0..50) + &text("b", 0..15));
    assert_eq!(moves(&[("x.rs", &old), ("y.rs", &text("c", 0..40))], &[("z/x.rs", &new)]), [(0, 0, MoveKind::Edited)]);
    assert_eq!(moves(&[("x.rs", &old)], &[("z/x.rs", &text("d", 0..60))]), [], "a name alone is no move");
}

#[test]
fn a_file_that_was_split_is_found_in_all_its_parts() {
    let old = text("a", 0..400);
    let (most, rest) = (text("a", 0..300), text("a", 300..400));
    let found = moves(&[("x.rs", &old)], &[("x/most.rs", &most), ("x/rest.rs", &rest), ("x/new.rs", &text("b", 0..50))]);
    assert_eq!(found, [(0, 0, MoveKind::Edited), (0, 1, MoveKind::Part)]);
}

#[test]
fn thousands_of_files_find_each_other() {
    let contents: Vec<(String, String, String)> =
        (0..3000).map(|file| (format!("f{file}.rs"), text(&format!("n{file}"), 0..30), text(&format!("n{file}"), 3..30))).collect();
    let removed: Vec<(&str, &str)> = contents.iter().map(|(path, old, _)| (path.as_str(), old.as_str())).collect();
    let added: Vec<(&str, &str)> = contents.iter().rev().map(|(path, _, new)| (path.as_str(), new.as_str())).collect();
    let found = moves(&removed, &added);
    assert_eq!(found.len(), 3000);
    assert!(found.iter().all(|(from, to, kind)| from + to == 2999 && *kind == MoveKind::Edited));
}
