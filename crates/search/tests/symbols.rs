//! What the symbols of versions promise: what is kept never differs from reading anew, whatever happened in between; and how they are ranked.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lectern_objects::{ObjectHash, Objects};
use lectern_search::{CacheError, FileKey, Place, SymbolCache, SymbolFinder, SymbolTable, extract, fill};
use lectern_sync::{Content, Difference, RepoPath};
use proptest::prelude::*;

/// A version: paths and texts.
type Version = BTreeMap<String, String>;

struct Fixture {
    objects: Objects,
    dir: tempfile::TempDir,
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        Self { objects: Objects::open(&dir.path().join("objects.db")).expect("objects"), dir }
    }

    fn cache(&self) -> SymbolCache {
        SymbolCache::open(&self.folder("search")).expect("a cache")
    }

    fn folder(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    fn content(&self, text: &str) -> Content {
        let hash = self.objects.put(text.as_bytes()).expect("kept");
        Content::File { hash, size: text.len() as u64, executable: false, binary: text.contains('\0') }
    }

    fn keys(&self, version: &Version) -> Vec<FileKey> {
        version.iter().filter_map(|(name, text)| FileKey::of(&path(name), &self.content(text))).collect()
    }

    fn fill(&self, cache: &SymbolCache, table: SymbolTable) -> SymbolTable {
        let filled = fill(&self.objects, cache, table, &|| false, &mut |_| {}).expect("filled");
        assert!(filled.problem.is_none() && !filled.stopped, "{:?}", filled.problem);
        filled.table
    }

    /// The symbols of a version, read with nothing known.
    fn fresh(&self, version: &Version) -> SymbolTable {
        let cache = SymbolCache::open(tempfile::tempdir().expect("a folder").path()).expect("a cache");
        self.fill(&cache, SymbolTable::new(self.keys(version), &SymbolTable::default()))
    }

    fn table(&self, files: &[(&str, &str)]) -> Arc<SymbolTable> {
        Arc::new(self.fresh(&files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()))
    }

    fn differences(&self, old: &Version, new: &Version) -> Vec<Difference> {
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let content = |version: &Version, name: &String| version.get(name).map(|text| self.content(text));
        names.into_iter().filter_map(|name| Difference::between(path(name), content(old, name), content(new, name))).collect()
    }
}

fn all(table: &SymbolTable) -> Vec<Place> {
    (0..table.len()).map(|id| table.place(id)).collect()
}

fn version() -> impl Strategy<Value = Version> {
    let name =
        prop::sample::select(vec!["a.rs", "b.rs", "src/a.rs", "src/b.py", "c.py", "script", "notes.md", "data.json", "x.bin", "日.rs"]);
    let text = prop::sample::select(vec![
        "fn one() {}\nfn two() {}\n",
        "struct Ferry { name: u8 }\nimpl Ferry { fn sail(&self) {} }\n",
        "/* 🚢 */ fn 日() {}",
        "class A:\n    def go(self):\n        pass\n",
        "#!/usr/bin/env python3\ndef main():\n    pass\n",
        "# Title\n\n## Part\n",
        "{\"a\": {\"b\": 1}}",
        "",
        "\0binary",
    ]);
    prop::collection::btree_map(name.prop_map(str::to_owned), text.prop_map(str::to_owned), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn after_any_history_the_symbols_are_those_of_reading_anew(versions in prop::collection::vec(version(), 1..6), restart in 0..6_usize) {
        let fixture = Fixture::new();
        let mut cache = fixture.cache();
        let (mut table, mut before) = (SymbolTable::default(), Version::new());
        for (number, version) in versions.into_iter().enumerate() {
            if number == restart {
                // Another process: only what is kept is known.
                cache = fixture.cache();
                table = SymbolTable::new(fixture.keys(&before), &SymbolTable::default());
            }
            let files = table.files_after(&fixture.differences(&before, &version));
            table = fixture.fill(&cache, SymbolTable::new(files, &table));
            prop_assert_eq!(all(&table), all(&fixture.fresh(&version)), "version {}", number);
            before = version;
        }
    }
}

#[test]
fn a_symbol_says_where_it_is_in_lines_and_utf16_columns() {
    let fixture = Fixture::new();
    let table = fixture.table(&[("a.rs", "// x\r\n/* 🚢 */ struct Ferry;\r\nimpl Ferry {\r\n    fn sail() {}\r\n}\r\n")]);
    let told: Vec<_> = all(&table).into_iter().map(|it| (it.name, it.kind.as_str(), it.line, it.column, it.width, it.container)).collect();
    assert_eq!(told[0], ("Ferry".to_owned(), "struct", 2, 16, 5, None));
    let sail = told.iter().find(|it| it.0 == "sail").expect("a method");
    assert_eq!((sail.2, sail.3, sail.4, sail.5.as_deref()), (4, 7, 4, Some("impl Ferry")));
}

#[test]
fn bytes_large_files_and_long_lists_of_keys_are_bounded() {
    assert!(extract("a.rs", b"fn a() {}\0".to_vec()).is_empty());
    assert!(extract("a.txt", b"fn a() {}".to_vec()).is_empty());
    let lock: String = (0..3000).map(|key| format!("\"key{key}\": 1,\n")).collect();
    assert_eq!(extract("lock.json", format!("{{{}\"end\": 1}}", lock).into_bytes()).len(), 500);
    let huge = Content::File { hash: lectern_objects::ObjectHash::of(b""), size: 1 << 30, executable: false, binary: false };
    assert_eq!(FileKey::of(&path("a.rs"), &huge), None);
}

#[test]
fn what_was_read_is_not_read_again() {
    let fixture = Fixture::new();
    let cache = fixture.cache();
    let version: Version = (0..50).map(|n| (format!("f{n}.rs"), format!("fn f{n}() {{}}\n"))).collect();
    let first = fixture.fill(&cache, SymbolTable::new(fixture.keys(&version), &SymbolTable::default()));
    // Without the contents there is only what was kept.
    fixture
        .objects
        .remove(&(0..50).map(|n| lectern_objects::ObjectHash::of(version[&format!("f{n}.rs")].as_bytes())).collect::<Vec<_>>())
        .expect("removed");
    let keys: Vec<FileKey> = version
        .iter()
        .map(|(name, text)| {
            let hash = lectern_objects::ObjectHash::of(text.as_bytes());
            FileKey::of(&path(name), &Content::File { hash, size: text.len() as u64, executable: false, binary: false }).expect("a key")
        })
        .collect();
    let again = fixture.fill(&fixture.cache(), SymbolTable::new(keys, &SymbolTable::default()));
    assert_eq!(all(&again), all(&first));
    assert_eq!(again.len(), 50);
}

fn damage(folder: &Path, how: usize) {
    let file = folder.join("symbols.db");
    let _ = fs::remove_file(folder.join("symbols.db-wal"));
    let mut bytes = fs::read(&file).expect("the cache");
    match how {
        0 => bytes = b"this is no database, and long enough to be looked at as one".repeat(40),
        1 => bytes.truncate(bytes.len() / 2),
        2 => bytes[100..4000].fill(0xa5),
        _ => {
            let length = bytes.len();
            bytes[length - 5000..].fill(0x5a);
        }
    }
    fs::write(&file, bytes).expect("damaged");
}

#[test]
fn a_damaged_cache_is_made_anew() {
    for how in 0..4 {
        let fixture = Fixture::new();
        let version: Version = (0..300).map(|n| (format!("f{n}.rs"), format!("fn function_number_{n}() {{}}\n"))).collect();
        let expected = fixture.fill(&fixture.cache(), SymbolTable::new(fixture.keys(&version), &SymbolTable::default()));
        damage(&fixture.folder("search"), how);
        let cache = fixture.cache();
        let again = fixture.fill(&cache, SymbolTable::new(fixture.keys(&version), &SymbolTable::default()));
        assert_eq!(all(&again), all(&expected), "damage {how}");
        let third = fixture.fill(&fixture.cache(), SymbolTable::new(fixture.keys(&version), &SymbolTable::default()));
        assert_eq!(all(&third), all(&expected), "damage {how}, opened again");
    }
}

#[test]
fn the_cache_is_its_owners_alone() {
    let fixture = Fixture::new();
    let _cache = fixture.cache();
    let mode = |name: &str| fs::metadata(fixture.folder(name)).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode("search"), mode("search/symbols.db")), (0o700, 0o600));
}

#[test]
fn stopped_anywhere_what_was_read_is_of_use() {
    let fixture = Fixture::new();
    let version: Version = (0..900).map(|n| (format!("f{n}.rs"), format!("fn f{n}() {{}}\n"))).collect();
    let expected = all(&fixture.fresh(&version));
    let cache = fixture.cache();
    for stop_after in [0, 1, 420, 650] {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= stop_after;
        let table = SymbolTable::new(fixture.keys(&version), &SymbolTable::default());
        let stopped = fill(&fixture.objects, &cache, table, &stop, &mut |_| {}).expect("filled as far as it went");
        assert!(stopped.stopped || stop_after == 650, "after {stop_after}");
        let known = all(&stopped.table);
        assert!(known.iter().all(|place| expected.contains(place)), "after {stop_after}");
    }
    let mut steps = Vec::new();
    let table = SymbolTable::new(fixture.keys(&version), &SymbolTable::default());
    let filled =
        fill(&fixture.objects, &fixture.cache(), table, &|| false, &mut |step| steps.push((step.done, step.total))).expect("filled");
    assert_eq!(all(&filled.table), expected);
    assert_eq!(steps.last(), Some(&(900, 900)));
    assert!(steps[0].0 >= 400, "the first batch was kept: {steps:?}");
}

fn found(table: &Arc<SymbolTable>, query: &str) -> Vec<String> {
    let found = SymbolFinder::new(Arc::clone(table)).find(query, 200);
    found.symbols.iter().map(|it| format!("{} {}:{}", it.place.name, it.place.path, it.place.line)).collect()
}

#[test]
fn exact_names_come_first_then_beginnings_then_shorter_then_types_before_keys() {
    let fixture = Fixture::new();
    let table = fixture.table(&[
        ("a.json", "{\"ferry\": 1}"),
        ("b.rs", "fn ferry() {}\nfn ferry_line() {}\nfn my_ferry() {}\nfn ferryboat() {}\n"),
        ("c.rs", "struct Ferry;\n"),
        ("d.rs", "fn f_e_r_r_y() {}\n"),
    ]);
    assert_eq!(
        found(&table, "ferry"),
        ["ferry b.rs:1", "Ferry c.rs:1", "ferry a.json:1", "ferryboat b.rs:4", "ferry_line b.rs:2", "my_ferry b.rs:3", "f_e_r_r_y d.rs:1"]
    );
    assert_eq!(found(&table, "Ferry"), ["Ferry c.rs:1"]);
    assert_eq!(found(&table, "").first().map(String::as_str), Some("ferry a.json:1"), "without a word, the first by path");
    let ferry = SymbolFinder::new(Arc::clone(&table)).find("fline", 5);
    assert_eq!((ferry.symbols[0].at.as_slice(), ferry.matched, ferry.total), (&[0, 6, 7, 8, 9][..], 1, 7));
}

#[test]
fn narrowing_symbols_finds_what_a_full_search_finds() {
    let fixture = Fixture::new();
    let text: String =
        (0..5000).map(|n| format!("fn {}_{}_{n}() {{}}\n", ["read", "write", "readWhole"][n % 3], ["file", "tree"][n % 2])).collect();
    let table = fixture.table(&[("a.rs", &text)]);
    let typed = SymbolFinder::new(Arc::clone(&table));
    for query in ["r", "re", "ret", "re", "rtr", "rtr 1", "rtr 17"] {
        assert_eq!(typed.find(query, 50), SymbolFinder::new(Arc::clone(&table)).find(query, 50), "{query}");
    }
}

#[test]
fn the_likeliest_definition_is_in_the_same_file_then_language_then_nearby() {
    let fixture = Fixture::new();
    let table = fixture.table(&[
        ("a/far.rs", "fn open() {}\n"),
        ("app/src/near.rs", "fn other() {}\nfn open() {}\n"),
        ("app/src/here.rs", "fn open() {}\nfn opened() {}\n"),
        ("app/src/near.py", "def open():\n    pass\n"),
        ("app/open.json", "{\"open\": 1, \"only_a_key\": 2}"),
    ]);
    let places = |name: &str, from: &str| {
        let found = table.definitions(name, &path(from), 200);
        found.places.into_iter().map(|place| format!("{}:{}", place.path, place.line)).collect::<Vec<_>>()
    };
    assert_eq!(places("open", "app/src/here.rs"), ["app/src/here.rs:1", "app/src/near.rs:2", "a/far.rs:1", "app/src/near.py:1"]);
    assert_eq!(places("open", "app/x.py"), ["app/src/near.py:1", "app/src/here.rs:1", "app/src/near.rs:2", "a/far.rs:1"]);
    assert_eq!(places("only_a_key", "a/far.rs"), ["app/open.json:1"], "a key, where there is nothing else");
    assert!(places("ope", "a/far.rs").is_empty());
    assert!(table.definitions("open", &path("a/far.rs"), 2).truncated);
}

#[test]
fn symbols_of_contents_that_are_gone_are_forgotten_and_the_others_kept() {
    let f = Fixture::new();
    let cache = f.cache();
    let version: Version = (0..2_500).map(|at| (format!("{at}.rs"), format!("fn of_{at}() {{}}\n"))).collect();
    let keys = f.keys(&version);
    f.fill(&cache, SymbolTable::new(keys.clone(), &SymbolTable::default()));
    let hashes: Vec<ObjectHash> = version.values().map(|text| ObjectHash::of(text.as_bytes())).collect();
    let (old, new) = hashes.split_at(1_300);
    f.objects.remove(old).expect("collected");
    let gone =
        |some: &[ObjectHash]| Ok::<_, CacheError>(f.objects.contains_many(some).expect("objects").iter().map(|there| !there).collect());
    cache.forget(gone, &|| false).expect("forgotten");
    let kept = |hashes: &[ObjectHash]| {
        let known = rusqlite::Connection::open(f.folder("search").join("symbols.db")).expect("the cache");
        let is_there = |hash: &&ObjectHash| known.query_row("SELECT 1 FROM symbols WHERE hash = ?1", [*hash], |_| Ok(())).is_ok();
        hashes.iter().filter(is_there).count()
    };
    assert_eq!((kept(old), kept(new)), (0, new.len()));
    cache.forget(|_| panic!("nobody is asked any more"), &|| true).unwrap_or_else(|error: CacheError| panic!("{error}"));
}
