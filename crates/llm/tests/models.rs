//! What is promised of model files: found, added, looked at before they are loaded, removed.

mod support;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use lectern_llm::{Cancel, DEFAULT_MODEL, EngineError, ModelError, ModelProgress};
use support::fixture::{describe, fixture, hash, model};

#[test]
fn a_file_is_added_where_it_is() {
    let f = fixture();
    let bytes = model(100_000);
    let path = f.write("elsewhere/Qwen2.5-Coder-1.5B-Q4_K_M.gguf", &bytes);
    let mut heard = Vec::new();
    let added = f.files.add(&path, &describe, &mut |told| heard.push(told), &Cancel::new()).expect("a model");
    assert_eq!((added.name.as_str(), added.size, added.sha256.as_str()), ("Qwen2.5 Coder 1.5B", 100_008, hash(&bytes).as_str()));
    assert!(!added.is_ours && added.problem.is_none() && added.note.starts_with("Small"));
    assert_eq!(added.context(), 8192);
    assert!(added.memory() > added.size + 8192 * 28_672);
    assert!(heard.contains(&ModelProgress::Hashing { done: 100_008, total: 100_008 }) && heard.last() == Some(&ModelProgress::Describing));
    f.files.set_context(&added.id, 4096).expect("set");
    assert_eq!(f.add(&path).expect("again").id, added.id, "the same file is the same model");
    let listed = f.files.list().expect("a list");
    assert_eq!((listed.len(), listed[0].context()), (1, 4096), "and keeps what was chosen");
    f.files.rename(&added.id, " The coder ").expect("renamed");
    assert_eq!(f.add(&path).expect("again").name, "The coder", "what the user calls it is not what its file says");
    let refused = f.files.rename(&added.id, "  ").expect_err("no name");
    assert_eq!((refused.code(), refused.to_string().as_str()), ("BAD_ARGUMENT", "a name needs a letter or a digit"));
    assert!(matches!(f.files.rename("nothing", "A name"), Err(ModelError::NotThere)));
    f.files.remove(&added.id).expect("removed");
    assert!(path.exists(), "a file that is not ours is only forgotten");
    assert!(f.files.list().expect("a list").is_empty());
}

#[test]
fn what_is_no_model_is_said_plainly() {
    let f = fixture();
    for (name, bytes, said) in [
        ("page.gguf", &b"<!doctype html><html>"[..], "web page"),
        ("pointer.gguf", b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "git's pointer"),
        ("text.gguf", b"{\"error\":1}", "JSON"),
        ("empty.gguf", b"", "empty"),
        ("other.bin", b"\x7fELF\x02", "no GGUF"),
    ] {
        let error = f.add(&f.write(name, bytes)).expect_err("refused");
        assert!(matches!(&error, ModelError::NotAModel(text) if text.contains(said)), "{name}: {error:?}");
    }
    let part = f.write("big-00001-of-00002.gguf", &model(10));
    assert!(matches!(f.add(&part), Err(ModelError::NotAModel(said)) if said.contains("several")));
    assert!(matches!(f.add(&f.dir.path().join("nowhere.gguf")), Err(ModelError::Changed(_))));
    assert!(matches!(f.add(f.dir.path()), Err(ModelError::NotAModel(_))), "a folder is no model");
    let bad = f.write("bad.gguf", &model(10));
    let refused = f.files.add(&bad, &|_| Err(EngineError::BadModel("the file is damaged".to_owned())), &mut |_| {}, &Cancel::new());
    assert!(matches!(refused, Err(ModelError::NotAModel(said)) if said == "the file is damaged"));
    assert!(f.files.list().expect("a list").is_empty());
}

#[cfg(unix)]
#[test]
fn odd_files_are_not_waited_for_and_odd_names_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let f = fixture();
    let pipe = f.dir.path().join("pipe.gguf");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    assert!(matches!(f.add(&pipe), Err(ModelError::NotAModel(_))));
    let odd = f.dir.path().join(std::ffi::OsStr::from_bytes(b"mod\xffel.gguf"));
    fs::write(&odd, model(10)).expect("a file");
    assert!(matches!(f.add(&odd), Err(ModelError::NotAModel(said)) if said.contains("Rename")));
}

#[test]
fn adding_can_be_cancelled() {
    let f = fixture();
    let path = f.write("m.gguf", &model(5 << 20));
    let cancel = Cancel::new();
    let cancelled = f.files.add(&path, &describe, &mut |_| cancel.cancel(), &cancel);
    assert!(matches!(cancelled, Err(ModelError::Cancelled)));
    assert!(f.files.list().expect("a list").is_empty());
}

#[test]
fn a_file_that_changed_is_not_loaded() {
    let f = fixture();
    let path = f.write("m.gguf", &model(1000));
    let id = f.add(&path).expect("a model").id;
    let ready = || f.files.ready(&id, &mut |_| {}, &Cancel::new());
    ready().expect("as it was added");

    // Touched, but the same bytes: hashed once, then known again.
    let touch = |seconds| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        fs::File::options().write(true).open(&path).expect("the file").set_modified(time).expect("a time");
    };
    touch(1_700_000_000);
    let mut hashed = 0;
    f.files.ready(&id, &mut |_| hashed += 1, &Cancel::new()).expect("the same bytes");
    f.files.ready(&id, &mut |_| hashed += 100, &Cancel::new()).expect("the same file");
    assert_eq!(hashed, 1);

    let mut bytes = model(1000);
    bytes[500] ^= 1;
    fs::write(&path, &bytes).expect("changed");
    touch(1_700_000_001);
    assert!(matches!(ready(), Err(ModelError::Changed(said)) if said.contains("changed")), "another byte is another model");
    fs::write(&path, model(999)).expect("changed");
    assert!(f.files.get(&id).expect("the model").problem.is_some_and(|said| said.contains("changed")));
    fs::remove_file(&path).expect("gone");
    assert!(f.files.list().expect("a list")[0].problem.as_deref().is_some_and(|said| said.contains("not there")));
    assert!(matches!(ready(), Err(ModelError::Changed(_))));
    f.files.remove(&id).expect("what is gone can be removed");
}

#[test]
fn a_file_of_the_default_model_s_name_is_not_it_without_its_bytes() {
    let f = fixture();
    assert!(f.files.list().expect("a list").is_empty());
    f.write(&format!("models/{}", DEFAULT_MODEL.file), &model(1000));
    assert!(f.files.list().expect("a list").is_empty(), "another size");
    let path = f.folder().join(DEFAULT_MODEL.file);
    let file = fs::File::options().write(true).open(&path).expect("the file");
    file.set_len(DEFAULT_MODEL.size).expect("as long as the real one");
    assert!(f.files.list().expect("a list").is_empty(), "other bytes");
}

#[test]
fn the_default_model_is_found_by_itself() {
    let Some(real) = std::env::var_os("LECTERN_TEST_MODEL").map(PathBuf::from).filter(|path| path.exists()) else {
        println!("SKIPPED: LECTERN_TEST_MODEL names no model file (`cargo xtask test` sets it)");
        return;
    };
    let f = fixture();
    fs::create_dir_all(f.folder()).expect("a folder");
    fs::copy(real, f.folder().join(DEFAULT_MODEL.file)).expect("the model");
    let listed = f.files.list().expect("a list");
    assert_eq!((listed.len(), listed[0].name.as_str(), listed[0].context()), (1, "SmolLM2 135M", 8192));
    assert!(listed[0].note.starts_with("Tiny") && listed[0].is_ours && listed[0].sha256 == DEFAULT_MODEL.sha256);
    assert_eq!(f.files.list().expect("a list").len(), 1, "entered once");
    f.files.ready(&listed[0].id, &mut |_| {}, &Cancel::new()).expect("ready");
}

#[test]
fn a_row_never_leads_out_of_the_folder() {
    let f = fixture();
    let secret = f.write("secret.gguf", &model(10));
    fs::create_dir_all(f.folder()).expect("a folder");
    let id = f.add(&f.write("m.gguf", &model(10))).expect("a model").id;
    f.store.write(|transaction| transaction.execute("UPDATE models SET file = '../secret.gguf'", [])).expect("changed");
    f.files.remove(&id).expect("removed");
    assert!(secret.exists());
}
