//! Format 1, held to the byte.

mod common;

use std::collections::BTreeMap;

use lectern_objects::ObjectHash;
use lectern_sync::{
    Content, Entry, Keeps, ManifestData, RepoPath, Tree,
    manifest::{GitState, Node, shard_digit},
};
use proptest::prelude::*;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("valid")
}

fn file(bytes: &[u8]) -> Content {
    Content::File { hash: ObjectHash::of(bytes), size: bytes.len() as u64, executable: false, binary: false }
}

fn numbered(count: usize) -> Vec<(RepoPath, Content)> {
    (0..count).map(|n| (path(&format!("file-{n:04}")), file(b"x"))).collect()
}

fn example() -> Vec<(RepoPath, Content)> {
    vec![
        (path("src/main.rs"), file(b"fn main() {}\n")),
        (path("run.sh"), Content::File { hash: ObjectHash::of(b"#!"), size: 2, executable: true, binary: false }),
        (path("logo"), Content::File { hash: ObjectHash::of(b"\0"), size: 1, executable: false, binary: true }),
        (path("link"), Content::Symlink { hash: ObjectHash::of(b"src"), size: 3 }),
        (path("dep"), Content::Submodule { commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()) }),
        (path("new"), Content::Submodule { commit: None }),
        (path("quote\"\\\n\u{1}é"), file(b"")),
        (RepoPath::new(&b"\xff"[..]).expect("valid"), file(b"")),
    ]
}

#[test]
fn every_kind_of_entry_has_its_bytes() {
    let tree = Tree::build(example());
    let golden = concat!(
        r#"[{"commit":"0123456789abcdef0123456789abcdef01234567","kind":"submodule","mode":"160000","name":"dep"},"#,
        r#"{"hash":"bc9484ce4b0ea31009da9f1aec62527e7d2fd97088bc8b648c55639dd1aacb76","kind":"symlink","mode":"120000","name":"link","size":3},"#,
        r#"{"binary":true,"hash":"2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213","kind":"file","mode":"100644","name":"logo","size":1},"#,
        r#"{"kind":"submodule","mode":"160000","name":"new"},"#,
        r#"{"hash":"af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262","kind":"file","mode":"100644","name":"quote\"\\\n\u0001é","size":0},"#,
        r#"{"hash":"5771f17b684b2eed1a255b5be78f759875710142db7b2ae6d291eecd7b38293b","kind":"file","mode":"100755","name":"run.sh","size":2},"#,
        r#"{"hash":"d9d463703528a07283781db319fbf911791f5ff4cb4d4ab28f9f10f70db055e5","kind":"dir","name":"src"},"#,
        r#"{"hash":"af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262","kind":"file","mode":"100644","name_hex":"ff","size":0}]"#,
    );
    assert_eq!(tree.entries.to_json(), golden);
    let src: Vec<&str> = tree.nodes.values().map(String::as_str).collect();
    let golden = r#"[{"hash":"2d1ebfa706ba230165250f744796a92accba5e1b6fa357983b65319da33f8e93","kind":"file","mode":"100644","name":"main.rs","size":13}]"#;
    assert_eq!(src, [golden]);
    assert_eq!((tree.files, tree.bytes), (8, 19));
}

proptest! {
    #[test]
    fn the_order_in_which_files_come_never_matters(names in proptest::collection::btree_set("[a-d]{1,2}(/[a-d]{1,2}){0,2}", 1..40), seed in any::<u64>()) {
        let leaves: Vec<_> = names.iter().map(|name| (path(name), file(name.as_bytes()))).collect();
        let mut shuffled = leaves.clone();
        let mut random = common::Random(seed | 1);
        for index in (1..shuffled.len()).rev() {
            shuffled.swap(index, random.below(index + 1));
        }
        prop_assert_eq!(Tree::build(leaves), Tree::build(shuffled));
    }

    #[test]
    fn a_node_survives_its_text(names in proptest::collection::btree_set(proptest::collection::vec(1_u8..=255, 1..6), 0..30), flags in any::<(bool, bool)>()) {
        let entries: Vec<Entry> = names
            .into_iter()
            .filter(|name| name != b"." && name != b".." && !name.contains(&b'/'))
            .map(|name| Entry { content: Content::File { hash: ObjectHash::of(&name), size: u64::from(name[0]), executable: flags.0, binary: flags.1 }, name })
            .collect();
        let node = Node::Entries(entries);
        prop_assert_eq!(Node::from_json(&node.to_json()), Ok(node));
    }
}

#[test]
fn a_directory_is_split_above_256_entries_and_not_before() {
    assert!(matches!(Tree::build(numbered(256)).entries, Node::Entries(entries) if entries.len() == 256));
    let tree = Tree::build(numbered(257));
    let Node::Shards(shards) = &tree.entries else { panic!("257 entries are split") };
    let mut total = 0;
    for shard in shards {
        let Ok(Node::Entries(entries)) = Node::from_json(&tree.nodes[&shard.node]) else { panic!("a small shard holds entries") };
        assert!(entries.iter().all(|entry| shard_digit(&entry.name, 0) == shard.digit), "each entry is where its name's hash says");
        total += entries.len();
    }
    assert_eq!(total, 257);
    // One change in a wide directory rewrites the parts on its way and nothing else.
    let mut changed = numbered(5000);
    let before = Tree::build(changed.clone());
    changed[1234].1 = file(b"y");
    let after = Tree::build(changed);
    let new: Vec<&String> = after.nodes.iter().filter(|(hash, _)| !before.nodes.contains_key(hash)).map(|(_, json)| json).collect();
    assert!(new.len() <= 2, "{} nodes were rewritten", new.len());
    assert!(new.iter().map(|json| json.len()).sum::<usize>() < 20 * 1024);
}

#[test]
fn a_file_where_another_says_there_is_a_directory_gives_way() {
    let tree = Tree::build(vec![(path("a/b"), file(b"1")), (path("a"), file(b"2")), (path("a/b"), file(b"1"))]);
    assert_eq!(tree, Tree::build(vec![(path("a/b"), file(b"1"))]));
}

#[test]
fn only_the_canonical_text_of_a_node_is_read() {
    let node = Tree::build(example()).entries.to_json();
    for (from, to) in [
        ("[{", "[ {"),
        ("\"kind\":\"file\"", "\"kind\":\"door\""),
        ("\"name\":\"link\"", "\"name\":\"..\""),
        ("\"name\":\"link\"", "\"name\":\"a/b\""),
        ("\"name\":\"link\"", "\"name\":\"zzz\""),
        ("\"name_hex\":\"ff\"", "\"name_hex\":\"FF\""),
        ("\"name_hex\":\"ff\"", "\"name_hex\":\"7a7a\""),
        ("\"mode\":\"120000\"", "\"mode\":\"100644\""),
        ("\"size\":3", "\"size\":-3"),
        ("\"size\":3", "\"mtime\":3"),
    ] {
        assert!(node.contains(from), "{from} is in {node}");
        assert!(Node::from_json(&node.replace(from, to)).is_err(), "{to} was read");
    }
}

fn manifest() -> ManifestData {
    let tree = Tree::build(example());
    ManifestData {
        entries: tree.entries,
        root: tree.root,
        files: tree.files,
        bytes: tree.bytes,
        languages: BTreeMap::from([("Rust".to_owned(), 13)]),
        git: Some(GitState { branch: Some("main".to_owned()), head: Some("fedcba9876543210fedcba9876543210fedcba98".to_owned()) }),
        keeps: Keeps { binary: 0, text: 1024 * 1024 },
    }
}

#[test]
fn a_manifest_survives_its_text_and_another_format_is_refused() {
    let data = manifest();
    let json = data.to_json();
    assert_eq!(ManifestData::from_json(&json), Ok(data));
    let newer = json.replace("\"format\":1", "\"format\":2");
    assert!(ManifestData::from_json(&newer).is_err_and(|error| error.0.contains("format 2")));
}

#[test]
fn the_names_of_the_examples_never_change() {
    let data = manifest();
    for (what, found, golden) in [
        ("the root", data.root.to_string(), "adb50654a3ce3e041fe3124aeceff839b4448abac0e7505440b18cd189564476"),
        (
            "the manifest",
            ObjectHash::of(data.to_json().as_bytes()).to_string(),
            "0bd6dcbe0e25be698be4204734d666952d7a112e9a31d009d8c243c981c163d0",
        ),
        (
            "an empty directory",
            Tree::build(Vec::new()).root.to_string(),
            "d53d18c23212ea7b6300594bb89bce60218f6eff2b9d628b8cc42d3e79bbd5ab",
        ),
        ("256 entries", Tree::build(numbered(256)).root.to_string(), "5a9bb5d55cc8403ea9fff08daa16ae52679b0956ddf9b9773c054f4fc960ec8d"),
        ("257 entries", Tree::build(numbered(257)).root.to_string(), "eea38b6c0884a17d067b00fcd4728dc93aa797013e1e6e7894d548067ac5b2f7"),
        ("5,000 entries", Tree::build(numbered(5000)).root.to_string(), "e064f1c82e29e2c364fb571c09fea6338cbfbf0166d94aefbc2c34ae09146957"),
    ] {
        assert_eq!(found, golden, "{what}: format 1 is final");
    }
}
