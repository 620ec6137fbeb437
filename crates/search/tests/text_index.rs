//! What the index promises: with it as without it, whatever happened to it.

mod common;

use std::{
    collections::BTreeMap,
    fs,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use common::{Random, Tree, contents, flat, path, plain, query, search_in, segments, update};
use lectern_search::text::{Contents, Globs, Pattern, Reporting, TextFile, TextFiles, TextIndex, TextQuery, TextSearch};
use lectern_sync::RepoPath;

/// With this index as without any, for queries drawn from the tree.
fn assert_same(tree: &Tree, index: &TextIndex, random: &mut Random, queries: usize, why: &str) {
    for _ in 0..queries {
        let query = query(random, &tree.files);
        if Pattern::new(&query).is_err() {
            continue;
        }
        let (with, _) = tree.search(Some(index), &query);
        let (without, _) = tree.search(None, &query);
        assert!(flat(&with) == flat(&without), "{why}: {query:?} finds {} with the index and {} without", with.len(), without.len());
    }
}

#[test]
fn an_index_of_many_versions_changes_no_answer() {
    let mut random = Random(42);
    let mut tree = Tree::random(&mut random, 40);
    let index = tree.indexed();
    for version in 0..25 {
        for _ in 0..random.below(6) {
            let known: Vec<Vec<u8>> = tree.files.keys().cloned().collect();
            match random.below(3) {
                0 if !known.is_empty() => tree.remove(&known[random.below(known.len())]),
                1 if !known.is_empty() => tree.write(&known[random.below(known.len())], contents(&mut random)),
                _ => tree.write(&path(&mut random), contents(&mut random)),
            }
        }
        // Now and then a version that the index doesn't know yet.
        if !random.chance(4) {
            update(&index, &tree);
            assert!(index.current().parts() <= 12, "small parts are merged");
        }
        assert_same(&tree, &index, &mut random, 12, &format!("version {version}"));
        let opened = TextIndex::open(&tree.index_dir());
        assert_eq!(opened.current().contents(), index.current().contents(), "what is on the disk is what is open");
    }
}

#[test]
fn a_rare_word_is_looked_for_in_few_files() {
    let mut tree = Tree::new();
    for number in 0..400 {
        let name = format!("f{number:03}.txt");
        tree.write(name.as_bytes(), format!("file {number}\n").into_bytes().repeat(300));
    }
    tree.write(b"z.txt", b"here is the Needle\n".to_vec());
    let index = tree.indexed();
    let (found, searched) = tree.search(Some(&index), &TextQuery { case_sensitive: false, ..plain("NEEDLE") });
    assert_eq!(flat(&found).len(), 1);
    assert!(searched.indexed && searched.scanned <= 8, "looked at {} files", searched.scanned);
    let (_, searched) = tree.search(Some(&index), &plain("is"));
    assert!(!searched.indexed && searched.scanned == 401, "two letters are no trigram");
}

#[test]
fn a_damaged_index_is_never_wrong_and_is_made_anew() {
    let mut random = Random(7);
    let tree = Tree::random(&mut random, 60);
    drop(tree.indexed());
    let sound: BTreeMap<_, _> = segments(&tree.index_dir()).into_iter().map(|path| (path.clone(), fs::read(path).expect("read"))).collect();
    let list = tree.index_dir().join("segments.json");
    let sound_list = fs::read(&list).expect("a list");
    for round in 0..12 {
        let (victim, bytes) = if random.chance(6) {
            (list.clone(), sound_list.clone())
        } else {
            let (path, bytes) = sound.iter().nth(random.below(sound.len())).expect("a segment");
            (path.clone(), bytes.clone())
        };
        let mut damaged = bytes.clone();
        match random.below(4) {
            0 => damaged.truncate(random.below(bytes.len())),
            1 => damaged.clear(),
            _ => {
                for _ in 0..=random.below(3) {
                    let at = random.below(damaged.len());
                    damaged[at] ^= 1 << random.below(8);
                }
            }
        }
        // Removed first: what another reader has open stays whole.
        fs::remove_file(&victim).expect("removed");
        if !random.chance(8) {
            fs::write(&victim, damaged).expect("damaged");
        }
        let index = TextIndex::open(&tree.index_dir());
        assert_same(&tree, &index, &mut random, 10, &format!("damage {round}"));
        update(&index, &tree);
        assert_same(&tree, &index, &mut random, 3, &format!("update after damage {round}"));
        for file in segments(&tree.index_dir()) {
            fs::remove_file(file).expect("removed");
        }
        sound.iter().for_each(|(path, bytes)| fs::write(path, bytes).expect("put back"));
        fs::write(&list, &sound_list).expect("put back");
    }
}

#[test]
fn damage_met_by_a_search_is_gone_after_the_next_update() {
    let mut tree = Tree::new();
    for number in 0..50 {
        tree.write(format!("{number}.txt").as_bytes(), format!("needle{number} hay\n").into_bytes().repeat(40));
    }
    drop(tree.indexed());
    let file = segments(&tree.index_dir()).remove(0);
    let mut bytes = fs::read(&file).expect("read");
    // In the first groups, which are read only when one of their trigrams is asked for.
    bytes[8..600].iter_mut().for_each(|byte| *byte ^= 0x55);
    fs::remove_file(&file).expect("removed");
    fs::write(&file, bytes).expect("damaged");
    let index = TextIndex::open(&tree.index_dir());
    for number in 0..50 {
        let (found, _) = tree.search(Some(&index), &plain(" hay"));
        assert_eq!(found.len(), 50, "damage hides nothing");
        let (found, _) = tree.search(Some(&index), &plain(&format!("needle{number} ")));
        assert_eq!(found.len(), 1);
    }
    assert!(index.current().is_damaged(), "some of the queries came upon the damage");
    update(&index, &tree);
    let (_, searched) = tree.search(Some(&index), &plain("needle7 "));
    assert!(!index.current().is_damaged() && searched.indexed && searched.scanned < 50, "the index is whole again");
}

#[test]
fn what_a_kill_leaves_behind_is_cleared_away() {
    let mut random = Random(5);
    let tree = Tree::random(&mut random, 20);
    drop(tree.indexed());
    // A segment that was written and never listed, half a segment, half a list.
    let known = segments(&tree.index_dir());
    fs::copy(&known[0], tree.index_dir().join("77.seg")).expect("copied");
    fs::write(tree.index_dir().join("78.seg"), b"LECTRIX1 half").expect("written");
    fs::write(tree.index_dir().join("segments.tmp"), b"{\"form").expect("written");
    let index = TextIndex::open(&tree.index_dir());
    assert_same(&tree, &index, &mut random, 20, "after a kill");
    update(&index, &tree);
    assert_eq!(segments(&tree.index_dir()), known, "what nobody lists is gone");
    assert_same(&tree, &index, &mut random, 20, "after the update");
}

#[test]
fn contents_that_no_version_has_leave_the_index() {
    let mut tree = Tree::new();
    let index = TextIndex::open(&tree.index_dir());
    for round in 0..30 {
        for number in 0..3 {
            tree.write(format!("{number}.txt").as_bytes(), format!("round {round} of {number}\n").into_bytes().repeat(200));
        }
        update(&index, &tree);
    }
    assert!(index.current().contents() > 60, "earlier versions can still be looked through by the index");
    // A collection takes what is in no version.
    let wanted = tree.list();
    let gone: Vec<_> = tree
        .objects
        .names(None, 1000)
        .expect("names")
        .into_iter()
        .filter(|name| !wanted.files().iter().any(|file| file.hash == *name))
        .collect();
    tree.objects.remove(&gone).expect("collected");
    for round in 0..12 {
        tree.write(b"x.txt", format!("more {round}\n").into_bytes().repeat(4000));
        update(&index, &tree);
    }
    assert!(index.current().contents() < 30, "{} contents are in it", index.current().contents());
}

#[test]
fn what_is_neither_kept_nor_in_the_folder_is_counted() {
    let mut tree = Tree::new();
    tree.write(b"kept.txt", b"needle\n".to_vec());
    tree.write(b"folder.txt", b"needle in the folder\n".to_vec());
    tree.write(b"lost.txt", b"needle lost\n".to_vec());
    tree.write(b"edited.txt", b"needle before\n".to_vec());
    let files = tree.list();
    let unkept: Vec<_> = files.files().iter().filter(|file| file.path.as_bytes() != b"kept.txt").map(|file| file.hash).collect();
    tree.objects.remove(&unkept).expect("removed");
    fs::remove_file(tree.root().join("lost.txt")).expect("removed");
    fs::write(tree.root().join("edited.txt"), b"needle, after\n").expect("written");
    let index = TextIndex::open(&tree.index_dir());
    index.update(&files, &tree.contents(), &AtomicBool::new(false), &mut |_| {}).expect("updated");
    let current = index.current();
    let placed = current.place(&files);
    for index in [None, Some((&*current, &placed))] {
        let (found, searched) = search_in(&files, index, &tree.contents(), &plain("needle"), Reporting::default());
        let paths: Vec<&[u8]> = found.iter().map(|file| file.path.as_bytes()).collect();
        assert_eq!((paths, searched.unreadable), (vec![&b"folder.txt"[..], b"kept.txt"], 2));
    }
}

#[test]
fn a_search_ends_between_files_once_it_is_asked_to() {
    let mut tree = Tree::new();
    for number in 0..40 {
        tree.write(format!("{number}.txt").as_bytes(), format!("some words {number} and more of them\n").into_bytes().repeat(10_000));
    }
    let (files, contents, pattern) = (tree.list(), tree.contents(), Pattern::new(&plain("words")).expect("a pattern"));
    let cancel = AtomicBool::new(false);
    let (globs, reporting) = (Globs::default(), Reporting::default());
    let search =
        TextSearch { files: &files, pattern: &pattern, globs: &globs, index: None, contents: &contents, reporting, cancel: &cancel };
    let mut told = 0;
    let searched = search.run(|found, _| {
        if found.is_some() {
            told += 1;
            cancel.store(true, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    });
    assert_eq!((told, searched.scanned), (1, 1), "nothing comes after it was asked to end");
}

/// Reading all of this file takes days, so that this test is over only if the search ends in the middle of it.
#[cfg(target_os = "linux")]
#[test]
fn a_search_ends_inside_a_file_once_it_is_asked_to() {
    let tree = Tree::new();
    let size = 8 << 40;
    fs::File::create(tree.root().join("huge")).and_then(|file| file.set_len(size)).expect("a file that is all holes");
    let path = RepoPath::new(b"huge".to_vec()).expect("a path");
    let files = TextFiles::new(vec![TextFile { path, hash: blake3::hash(b"of no matter").into(), size }]);
    let (contents, pattern) = (tree.contents(), Pattern::new(&plain("words")).expect("a pattern"));
    let cancel = AtomicBool::new(false);
    let (globs, reporting) = (Globs::default(), Reporting::default());
    let search =
        TextSearch { files: &files, pattern: &pattern, globs: &globs, index: None, contents: &contents, reporting, cancel: &cancel };
    let searched = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            cancel.store(true, Ordering::Relaxed);
        });
        search.run(|_, _| ControlFlow::Continue(()))
    });
    assert_eq!((searched.total, searched.scanned), (1, 0));
}

#[test]
fn results_come_in_the_order_of_paths_and_stop_when_told() {
    let mut random = Random(3);
    let mut tree = Tree::random(&mut random, 200);
    for number in 0..300 {
        tree.write(format!("order/{number}.txt").as_bytes(), b"common\n".to_vec());
    }
    let (found, _) = tree.search(None, &TextQuery { regex: true, ..plain("common|search") });
    assert!(found.len() > 300 && found.is_sorted_by(|one, other| one.path < other.path));
    let (files, contents, pattern) = (tree.list(), tree.contents(), Pattern::new(&plain("common")).expect("a pattern"));
    let cancel = AtomicBool::new(false);
    let (globs, reporting) = (Globs::new(&["*7.txt"], &[]).expect("globs"), Reporting::default());
    let search =
        TextSearch { files: &files, pattern: &pattern, globs: &globs, index: None, contents: &contents, reporting, cancel: &cancel };
    let mut names = Vec::new();
    search.run(|found, _| {
        names.extend(found.map(|found| found.path.key()));
        if names.len() == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(names, ["order/107.txt", "order/117.txt", "order/127.txt", "order/137.txt", "order/147.txt"]);
}

#[test]
fn names_in_code_are_told_from_comments_and_strings() {
    let mut tree = Tree::new();
    tree.write(b"a.rs", "// size\nfn size() -> u32 {\n    let s = \"size\";\n    // before\n    size() /* size */ + 1\n}\n".into());
    tree.write(b"b.unknown", b"size\n".to_vec());
    tree.write(b"c.rs", b"// only size in a comment\n".to_vec());
    let names = Reporting { names_only: true, context: 1, longest_line: None };
    let query = TextQuery { word: true, ..plain("size") };
    let (found, _) = search_in(&tree.list(), None, &tree.contents(), &query, names);
    let hits: Vec<_> =
        flat(&found).into_iter().map(|(path, line, _, _, matches)| (String::from_utf8(path).expect("UTF-8"), line, matches)).collect();
    let at = |path: &str, line, start, end| (path.to_owned(), line, vec![(start, end)]);
    assert_eq!(hits, [at("a.rs", 2, 3, 7), at("a.rs", 5, 4, 8), at("b.unknown", 1, 0, 4)]);
    let lines: Vec<u64> = found[0].lines.iter().map(|line| line.number).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6], "lines beside hits are those beside names");
}

#[test]
fn a_long_line_is_cut_around_its_first_match() {
    let mut tree = Tree::new();
    tree.write(b"min.js", format!("{}ünder{}\n", "äb".repeat(5000), "cd".repeat(5000)).into_bytes());
    let reporting = Reporting { longest_line: Some(400), ..Reporting::default() };
    let (found, _) = search_in(&tree.list(), None, &tree.contents(), &plain("nder"), reporting);
    let line = &found[0].lines[0];
    let text = std::str::from_utf8(&line.text).expect("cut between characters");
    assert!(text.contains("ünder") && text.chars().count() == 400);
    assert_eq!((line.utf16.clone(), line.matches.len(), line.matches[0].clone()), (10_001..10_005, 1, 15_002..15_006));
}

#[test]
fn files_too_large_to_hold_are_read_from_the_folder() {
    let mut tree = Tree::new();
    let mut large = b"a line of a large log\n".repeat(3_100_000);
    large.extend_from_slice(b"the needle\n");
    fs::write(tree.root().join("large.log"), &large).expect("written");
    tree.files.insert(b"large.log".to_vec(), large);
    let files = tree.list();
    let contents = Contents::new(Arc::clone(&tree.objects), Some(&tree.root()));
    let (found, searched) = search_in(&files, None, &contents, &plain("needle"), Reporting::default());
    assert_eq!((flat(&found)[0].1, searched.unreadable), (3_100_001, 0));
    let index = tree.indexed();
    let (found, _) = tree.search(Some(&index), &plain("needle"));
    assert_eq!(found.len(), 1, "what isn't indexed is looked through");
}
