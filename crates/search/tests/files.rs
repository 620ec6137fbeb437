//! What quick open promises: nucleo's ranking whatever is left out early, narrowing that loses nothing, lists that are brought up to date.

use std::cmp::Reverse;
use std::sync::Arc;

use lectern_search::{FoundPaths, PathList, QuickOpen, order};
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use proptest::prelude::*;

fn quick_open<P: AsRef<[u8]>>(paths: &[P]) -> QuickOpen {
    QuickOpen::new(Arc::new(PathList::new(paths.iter().map(|path| path.as_ref().to_vec()).collect())))
}

fn names(found: &FoundPaths) -> Vec<String> {
    found.files.iter().map(|file| String::from_utf8_lossy(&file.path).into_owned()).collect()
}

/// Every path through nucleo, sorted: scores descending, recent ones first, shorter ones first, then by path.
fn naive(paths: &[Vec<u8>], query: &str, recent: &[Vec<u8>]) -> Vec<(Vec<u8>, u32)> {
    let mut matcher = Matcher::new(Config::DEFAULT.match_paths());
    let atom = |word| Atom::new(word, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy, false);
    let atoms: Vec<Atom> = query.split_whitespace().map(atom).collect();
    let mut scored = Vec::new();
    for path in paths {
        let chars: Vec<char> = String::from_utf8_lossy(path).chars().collect();
        let haystack = if path.is_ascii() { Utf32Str::Ascii(path) } else { Utf32Str::Unicode(&chars) };
        let score = atoms.iter().try_fold(0, |sum, atom| Some(sum + u32::from(atom.score(haystack, &mut matcher)?)));
        scored.extend(score.map(|score| (path.clone(), score)));
    }
    let recency = |path: &Vec<u8>| recent.iter().position(|one| one == path).unwrap_or(usize::MAX);
    scored.sort_by(|(a, score_a), (b, score_b)| {
        let key = |path: &Vec<u8>, score: u32| (Reverse(score), recency(path), path.len());
        key(a, *score_a).cmp(&key(b, *score_b)).then_with(|| order(a, b))
    });
    scored
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        8 => "[a-cA-C0-1_.-]{1,8}",
        2 => "(src|main|Main|mod|test_main|FerryLine|ferry-line)(\\.rs|\\.ts)?",
        1 => "[aàÄß日c🚢]{1,4}",
    ];
    prop::collection::vec(name, 1..4)
        .prop_map(|names| names.join("/").into_bytes())
        .prop_flat_map(|path| prop_oneof![9 => Just(path.clone()), 1 => Just([path.as_slice(), b"\xff"].concat())])
}

fn paths() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::btree_set(path(), 1..150).prop_map(|paths| paths.into_iter().collect())
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c]{1,3}", 2 => "[a-cA01./_ -]{1,6}", 1 => "(src|main|fer|line|[aà日🚢c]{1,2}) ?(a|M|rs)?"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_best_are_those_of_matching_everything(
        paths in paths(), query in query(), limit in 1..40_usize, recent in prop::collection::vec(any::<prop::sample::Index>(), 0..5)
    ) {
        prop_assume!(!query.trim().is_empty());
        let mut recent: Vec<Vec<u8>> = recent.iter().map(|index| index.get(&paths).clone()).collect();
        let mut seen = std::collections::HashSet::new();
        recent.retain(|path| seen.insert(path.clone()));
        let all = naive(&paths, &query, &recent);
        let found = quick_open(&paths).find(&query, &recent, limit);
        prop_assert_eq!((found.matched, found.total), (all.len(), paths.len()));
        let found: Vec<_> = found.files.into_iter().map(|file| (file.path, file.score)).collect();
        prop_assert_eq!(found, all.into_iter().take(limit).collect::<Vec<_>>());
    }

    #[test]
    fn narrowing_letter_by_letter_finds_what_a_full_search_finds(paths in paths(), query in query(), back in 0..4_usize) {
        let typed = quick_open(&paths);
        let mut prefixes: Vec<&str> = query.char_indices().map(|(at, char)| &query[..at + char.len_utf8()]).collect();
        let deleted: Vec<&str> = prefixes.iter().rev().skip(1).take(back).copied().collect();
        prefixes.extend(deleted);
        for prefix in prefixes {
            prop_assert_eq!(typed.find(prefix, &[], 30), quick_open(&paths).find(prefix, &[], 30), "at {:?}", prefix);
        }
    }

    #[test]
    fn an_updated_list_is_the_list_of_what_is_there_now(old in paths(), new in paths()) {
        let removed: Vec<Vec<u8>> = old.iter().filter(|path| !new.contains(path)).cloned().collect();
        let added: Vec<Vec<u8>> = new.iter().filter(|path| !old.contains(path)).cloned().collect();
        let updated = PathList::new(old).updated(&removed, added);
        let fresh = PathList::new(new);
        let all = |list: &PathList| (0..list.len()).map(|id| list.bytes(id).to_vec()).collect::<Vec<_>>();
        prop_assert_eq!(all(&updated), all(&fresh));
        prop_assert_eq!(updated.first(1000), fresh.first(1000));
        for id in 0..fresh.len() {
            prop_assert_eq!(updated.id_of(fresh.bytes(id)), Some(id));
        }
    }
}

#[test]
fn many_threads_find_what_one_finds() {
    let paths: Vec<Vec<u8>> = (0..40_000_u32)
        .map(|n| format!("crates/part{}/src/{}_module{n}.rs", n % 97, ["tree", "store", "Sync", "reader"][n as usize % 4]).into_bytes())
        .collect();
    let list = quick_open(&paths);
    for query in ["s", "sr", "src tree", "tree12", "module 99 rs", "Sync"] {
        let all = naive(&paths, query, &[]);
        let found = list.find(query, &[], 100);
        assert_eq!(found.matched, all.len(), "{query}");
        let found: Vec<_> = found.files.into_iter().map(|file| (file.path, file.score)).collect();
        assert_eq!(found, all[..found.len().min(100)], "{query}");
    }
}

#[test]
fn recent_files_come_before_equals_and_alone_when_nothing_is_typed() {
    let list = quick_open(&["a/mod.rs", "b/mod.rs", "c/mod.rs", "mod.rs", "z.txt"]);
    let recent = [b"c/mod.rs".to_vec(), b"gone.rs".to_vec(), b"b/mod.rs".to_vec(), b"c/mod.rs".to_vec()];
    assert_eq!(names(&list.find("mod", &recent, 10)), ["c/mod.rs", "b/mod.rs", "mod.rs", "a/mod.rs"]);
    assert_eq!(names(&list.find("mod", &[], 10)), ["mod.rs", "a/mod.rs", "b/mod.rs", "c/mod.rs"]);
    assert_eq!(names(&list.find("", &recent, 10)), ["c/mod.rs", "b/mod.rs", "a/mod.rs", "mod.rs", "z.txt"]);
    assert_eq!(names(&list.find(" ", &recent, 3)), ["c/mod.rs", "b/mod.rs", "a/mod.rs"]);
    assert_eq!(list.find("mod", &recent, 1).files[0].path, b"c/mod.rs");
    assert!(list.find("mod", &recent, 10).files[0].recent && !list.find("mod", &recent, 10).files[3].recent);
}

#[test]
fn capital_letters_count_once_they_are_typed_and_words_may_come_in_any_order() {
    let list = quick_open(&["src/Ferry.rs", "src/ferry.rs", "docs/ferry.md"]);
    assert_eq!(list.find("ferry", &[], 9).matched, 3);
    assert_eq!(names(&list.find("Ferry", &[], 9)), ["src/Ferry.rs"]);
    assert_eq!(names(&list.find("md docs", &[], 9)), ["docs/ferry.md"]);
}

#[test]
fn positions_are_utf16_units_and_names_that_are_not_utf8_are_found() {
    let list = quick_open(&[&b"src/main.rs"[..], "日/🚢x.rs".as_bytes(), b"caf\xe9/menu.txt"]);
    assert_eq!(list.find("main", &[], 9).files[0].at, [4, 5, 6, 7]);
    assert_eq!(list.find("🚢x", &[], 9).files[0].at, [2, 3, 4]);
    let found = list.find("fmenu", &[], 9);
    assert_eq!((found.files[0].path.as_slice(), &found.files[0].at), (&b"caf\xe9/menu.txt"[..], &vec![2, 5, 6, 7, 8]));
}

#[test]
fn odd_queries_are_answered() {
    let list = quick_open(&["a b", "a\\ b", "$x!^'", ""]);
    assert_eq!(names(&list.find("$!^'", &[], 9)), ["$x!^'"], "no sign has a meaning of its own");
    assert_eq!(names(&list.find("\\", &[], 9)), ["a\\ b"]);
    assert_eq!(list.find(&"a".repeat(100_000), &[], 9).matched, 0);
    assert_eq!(quick_open::<&str>(&[]).find("a", &[], 9), FoundPaths::default());
    assert_eq!(list.find("a", &[], 0).files, []);
}
