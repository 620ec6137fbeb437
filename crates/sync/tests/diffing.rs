//! What a comparison of two versions promises: put onto the older one, it gives the newer one.

mod common;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use common::{Fixture, Random, fixture, flat};
use lectern_objects::ObjectHash;
use lectern_sync::{
    Change, Content, Difference, DifferenceKind, Manifest, RepoPath, Tree, diff, differences, differences_to_tree, find_renames,
};
use proptest::{collection::btree_map, prelude::*};

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("valid")
}

fn file(text: &str) -> Content {
    Content::File { hash: ObjectHash::of(text.as_bytes()), size: text.len() as u64, executable: false, binary: false }
}

/// What `differences` make of `old`.
fn apply(old: &[(RepoPath, Content)], differences: &[Difference]) -> Vec<(RepoPath, Content)> {
    let mut tree: BTreeMap<RepoPath, Content> = old.iter().cloned().collect();
    for difference in differences {
        if let Some(was) = &difference.old {
            let from = difference.old_path.as_ref().unwrap_or(&difference.path);
            assert_eq!(tree.remove(from).as_ref(), Some(was), "{from:?} was what the difference says");
        }
    }
    for difference in differences {
        if let Some(is) = &difference.new {
            assert_eq!(tree.insert(difference.path.clone(), is.clone()), None, "{:?} was free", difference.path);
        }
    }
    tree.into_iter().collect()
}

/// Makes a random edit of the folder: files, links, modes, folders that become files and the other way round.
fn edit(fixture: &Fixture, random: &mut Random) {
    const NAMES: [&str; 8] = ["a", "b", "c.rs", "d.txt", "dir", "x\u{e9}", "deep", "z"];
    let depth = 1 + random.below(3);
    let names: Vec<&str> = (0..depth).map(|_| *random.pick(&NAMES)).collect();
    let on_disk = fixture.root.join(names.join("/"));
    let clear = |path: &std::path::Path| {
        if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            fs::remove_dir_all(path).expect("removed");
        } else {
            let _ = fs::remove_file(path);
        }
    };
    match random.below(6) {
        0 => clear(&on_disk),
        1 => {
            if fs::symlink_metadata(&on_disk).is_ok_and(|metadata| metadata.is_file()) {
                let mode = fs::metadata(&on_disk).expect("metadata").permissions().mode() ^ 0o111;
                fs::set_permissions(&on_disk, fs::Permissions::from_mode(mode)).expect("a mode");
            }
        }
        kind => {
            let mut above = fixture.root.clone();
            for name in &names[..depth - 1] {
                above.push(name);
                if fs::symlink_metadata(&above).is_ok_and(|metadata| !metadata.is_dir()) {
                    clear(&above);
                }
            }
            fs::create_dir_all(&above).expect("folders");
            clear(&on_disk);
            if kind == 2 {
                symlink(format!("t{}", random.below(3)), &on_disk).expect("a link");
            } else {
                fs::write(&on_disk, format!("line\n{}\n", random.below(6))).expect("written");
            }
        }
    }
}

#[test]
fn a_difference_put_onto_the_older_tree_gives_the_newer() {
    let mut random = Random(7);
    for _ in 0..6 {
        let fixture = fixture();
        for wide in 0..300 {
            fixture.write(&format!("wide/{wide}"), format!("{wide}"));
        }
        for _ in 0..20 {
            edit(&fixture, &mut random);
        }
        fixture.sync();
        let old = fixture.latest();
        for _ in 0..1 + random.below(25) {
            edit(&fixture, &mut random);
        }
        // Over the edge at which a directory is split, and back.
        for wide in 0..random.below(90) {
            fs::remove_file(fixture.root.join(format!("wide/{wide}"))).expect("removed");
        }
        fixture.sync();
        let new = fixture.latest();
        check(&fixture, &old, &new);
        check(&fixture, &new, &old);
    }
}

fn check(fixture: &Fixture, old: &Manifest, new: &Manifest) {
    let (old_flat, new_flat) = (flat(&fixture.store, old), flat(&fixture.store, new));
    let found = differences(&fixture.store, Some(old), Some(new)).expect("compared");
    assert!(found.is_sorted_by(|a, b| a.path < b.path), "in the order of paths, each once");
    assert_eq!(apply(&old_flat, &found), new_flat);
    let renamed =
        find_renames(found.clone(), &mut |content, _, _| content.object().and_then(|hash| fixture.objects.get(&hash).expect("readable")));
    assert!(renamed.is_sorted_by(|a, b| a.path < b.path));
    assert_eq!(apply(&old_flat, &renamed), new_flat, "renames change how it is told, not what it is");
    let plain = diff(&fixture.store, old, new).expect("compared");
    let expected: Vec<(RepoPath, Change)> = found
        .iter()
        .map(|difference| {
            let change = match (&difference.old, &difference.new) {
                (None, _) => Change::Added,
                (_, None) => Change::Removed,
                _ => Change::Modified,
            };
            (difference.path.clone(), change)
        })
        .collect();
    assert_eq!(plain, expected, "the short form says the same");
    let back: Vec<Difference> = renamed.into_iter().map(Difference::reversed).collect();
    assert_eq!(apply(&new_flat, &back), old_flat, "reversed it goes back");
    let tree = Tree::build(new_flat.clone());
    assert_eq!(
        differences_to_tree(&fixture.store, Some(old), &tree).expect("compared"),
        found,
        "a tree that is not stored compares the same"
    );
    let all = differences(&fixture.store, None, Some(new)).expect("compared");
    assert_eq!(apply(&[], &all), new_flat, "against nothing everything is added");
}

#[test]
fn the_kind_says_how_a_path_differs() {
    let fixture = fixture();
    for name in ["gone", "kept", "edited", "run.sh", "link", "swap"] {
        fixture.write(name, format!("{name}\n"));
    }
    fixture.sync();
    let old = fixture.latest();
    fs::remove_file(fixture.root.join("gone")).expect("removed");
    fixture.write("edited", "other\n");
    fixture.write("new", "quite new\n");
    fs::set_permissions(fixture.root.join("run.sh"), fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::remove_file(fixture.root.join("link")).expect("removed");
    symlink("link\n", fixture.root.join("link")).expect("a link to the same bytes");
    fs::remove_file(fixture.root.join("swap")).expect("removed");
    fixture.write("swap/inside", "x\n");
    fixture.sync();
    let found = differences(&fixture.store, Some(&old), Some(&fixture.latest())).expect("compared");
    let kinds: Vec<(String, DifferenceKind)> = found.iter().map(|difference| (difference.path.key(), difference.kind)).collect();
    use DifferenceKind::{Added, Changed, Mode, Removed};
    let expected = [
        ("edited", Changed),
        ("gone", Removed),
        ("link", Mode),
        ("new", Added),
        ("run.sh", Mode),
        ("swap", Removed),
        ("swap/inside", Added),
    ];
    assert_eq!(kinds, expected.map(|(path, kind)| (path.to_owned(), kind)));
    let edited = &found[0];
    assert_eq!((edited.old.as_ref().map(Content::size), edited.new.as_ref().map(Content::size)), (Some(7), Some(6)));
}

fn between(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<Difference> {
    let side =
        |files: &[(&str, &str)]| -> BTreeMap<RepoPath, Content> { files.iter().map(|(name, text)| (path(name), file(text))).collect() };
    let (old, new) = (side(old), side(new));
    let paths: std::collections::BTreeSet<&RepoPath> = old.keys().chain(new.keys()).collect();
    paths.into_iter().filter_map(|path| Difference::between(path.clone(), old.get(path).cloned(), new.get(path).cloned())).collect()
}

/// (old path, new path, similarity) of what was renamed, with the texts found by their hash.
fn renames(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<(String, String, u8)> {
    let texts: Vec<&str> = old.iter().chain(new).map(|(_, text)| *text).collect();
    let found = find_renames(between(old, new), &mut |content, _, _| {
        texts.iter().find(|text| content.object() == Some(ObjectHash::of(text.as_bytes()))).map(|text| text.as_bytes().to_vec())
    });
    let renamed = found.into_iter().filter(|difference| difference.kind == DifferenceKind::Renamed);
    renamed.map(|d| (d.old_path.expect("where it was").key(), d.path.key(), d.similarity.expect("how similar"))).collect()
}

fn renamed(pairs: &[(&str, &str, u8)]) -> Vec<(String, String, u8)> {
    pairs.iter().map(|(old, new, similarity)| ((*old).to_owned(), (*new).to_owned(), *similarity)).collect()
}

#[test]
fn a_moved_directory_is_renamed_files() {
    let old = [("src/old/a.rs", "one\n"), ("src/old/sub/b.rs", "two\n"), ("keep", "k\n")];
    let new = [("src/new/a.rs", "one\n"), ("src/new/sub/b.rs", "two\n"), ("keep", "k\n")];
    assert_eq!(renames(&old, &new), renamed(&[("src/old/a.rs", "src/new/a.rs", 100), ("src/old/sub/b.rs", "src/new/sub/b.rs", 100)]));
}

#[test]
fn of_equal_files_the_same_name_wins_then_the_nearest_folder_and_each_is_taken_once() {
    let old = [("a/mod.rs", "same\n"), ("b/mod.rs", "same\n"), ("b/other.rs", "same\n")];
    let new = [("b/x/mod.rs", "same\n"), ("c/other.rs", "same\n")];
    assert_eq!(renames(&old, &new), renamed(&[("b/mod.rs", "b/x/mod.rs", 100), ("b/other.rs", "c/other.rs", 100)]));
}

#[test]
fn empty_files_are_never_renamed() {
    assert_eq!(renames(&[("a", "")], &[("b", "")]), []);
}

#[test]
fn an_edited_file_is_renamed_when_half_of_it_stayed() {
    let lines = |from: u32, to: u32| (from..to).map(|line| format!("line number {line}\n")).collect::<String>();
    let (whole, edited, other) = (lines(10, 30), lines(10, 27) + "new\n", lines(10, 18) + &lines(50, 62));
    assert_eq!(renames(&[("a.rs", &whole)], &[("b.rs", &edited)]), renamed(&[("a.rs", "b.rs", 85)]));
    assert_eq!(renames(&[("a.rs", &whole)], &[("b.rs", &other)]), [], "two fifths are not enough");
    let crlf = whole.replace('\n', "\r\n");
    assert_eq!(renames(&[("a.rs", &whole)], &[("b.rs", &crlf)]), renamed(&[("a.rs", "b.rs", 99)]), "other bytes are never called the same");
    let better = lines(10, 29) + "x\n";
    let both = [("b.rs", edited.as_str()), ("c.rs", better.as_str())];
    assert_eq!(renames(&[("a.rs", &whole)], &both), renamed(&[("a.rs", "c.rs", 95)]), "the most similar one is taken");
}

#[test]
fn beyond_the_bound_only_equal_files_are_found() {
    let names: Vec<String> = (0..1100).map(|index| format!("{index:04}")).collect();
    let texts: Vec<String> = names.iter().map(|name| format!("text of {name}\nand\nmore\n")).collect();
    let old: Vec<(&str, &str)> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let moved: Vec<(String, String)> =
        old.iter().map(|(name, text)| (format!("moved/{name}"), format!("{text}{}", if *name < "0010" { "" } else { "x\n" }))).collect();
    let new: Vec<(&str, &str)> = moved.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let found = find_renames(between(&old, &new), &mut |_, _, _| panic!("nothing is read beyond the bound"));
    assert!(found.len() == 2 * 1100 - 10, "{}", found.len());
}

#[test]
fn thousands_of_equal_files_are_paired_by_name_in_no_time() {
    let names: Vec<String> = (0..3000).map(|index| format!("{index:04}")).collect();
    let old: Vec<(String, &str)> = names.iter().map(|name| (format!("old/{name}"), "same\n")).collect();
    let new: Vec<(String, &str)> = names.iter().map(|name| (format!("new/{name}"), "same\n")).collect();
    let borrow = |files: &[(String, &'static str)]| -> Vec<(String, &'static str)> { files.to_vec() };
    let (old, new) = (borrow(&old), borrow(&new));
    let old: Vec<(&str, &str)> = old.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let new: Vec<(&str, &str)> = new.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let found = renames(&old, &new);
    assert_eq!(found.len(), 3000);
    assert!(found.iter().all(|(old, new, _)| old.rsplit('/').next() == new.rsplit('/').next()));
}

proptest! {
    #[test]
    fn renames_take_each_file_once_and_change_nothing(
        old in btree_map("[ab]/[a-d]", "(x\n|y\n|z\n){0,4}", 0..8),
        new in btree_map("[bc]/[a-d]", "(x\n|y\n|z\n){0,4}", 0..8),
    ) {
        let slices = |files: &BTreeMap<String, String>| -> Vec<(String, String)> { files.clone().into_iter().collect() };
        let (old, new) = (slices(&old), slices(&new));
        let borrow = |files: &'_ [(String, String)]| -> Vec<(RepoPath, Content)> { files.iter().map(|(name, text)| (path(name), file(text))).collect() };
        let old_flat: BTreeMap<RepoPath, Content> = borrow(&old).into_iter().collect();
        let new_flat: BTreeMap<RepoPath, Content> = borrow(&new).into_iter().collect();
        let paths: std::collections::BTreeSet<&RepoPath> = old_flat.keys().chain(new_flat.keys()).collect();
        let plain: Vec<Difference> =
            paths.into_iter().filter_map(|path| Difference::between(path.clone(), old_flat.get(path).cloned(), new_flat.get(path).cloned())).collect();
        let texts: Vec<String> = old.iter().chain(&new).map(|(_, text)| text.clone()).collect();
        let found = find_renames(plain, &mut |content, _, _| {
            texts.iter().find(|text| content.object() == Some(ObjectHash::of(text.as_bytes()))).map(|text| text.clone().into_bytes())
        });
        let old_flat: Vec<(RepoPath, Content)> = old_flat.into_iter().collect();
        let new_flat: Vec<(RepoPath, Content)> = new_flat.into_iter().collect();
        prop_assert_eq!(apply(&old_flat, &found), new_flat);
    }
}
