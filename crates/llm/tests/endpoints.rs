//! What is promised of endpoints, their keys and what is allowed.

mod support;

use std::{path::Path, sync::Arc, time::Duration};

use lectern_accounts::{Keychain, KeychainError, MemoryKeychain};
use lectern_llm::{
    ApiKey, Cancel, Endpoint, EndpointChange, EndpointError, Endpoints, Engine, EngineError, KeyChange, Message, Patience, Request, Role,
    ServerKind,
};
use lectern_store::{ManualClock, Store, StoreOptions, SystemClock, Timestamp};
use support::{Server, other_kind};
use zeroize::Zeroizing;

const KEY: &str = "lantern-0123456789-ferry";

/// A computer without a keychain.
struct NoKeychain;

impl Keychain for NoKeychain {
    fn get(&self, _: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        Err(KeychainError::Unavailable("This computer has no keychain that Lectern can reach.".to_owned()))
    }
    fn set(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable("This computer has no keychain that Lectern can reach.".to_owned()))
    }
    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable("This computer has no keychain that Lectern can reach.".to_owned()))
    }
}

struct Fixture {
    dir: tempfile::TempDir,
    store: Arc<Store>,
    clock: ManualClock,
    endpoints: Endpoints,
}

fn with(keychain: Arc<dyn Keychain>) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database"));
    for (user, project) in [("mira", "harbour"), ("noa", "island")] {
        store
            .write(|transaction| {
                transaction.execute(
                    "INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES (?1, ?1 || '@x.example', '', '', '')",
                    [user],
                )?;
                transaction.execute(
                    "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES (?1, ?2, ?1, x'2f', '', '')",
                    [project, user],
                )
            })
            .expect("rows");
    }
    let patience = Patience { connect: Duration::from_secs(2), call: Duration::from_secs(5), retries: 0, ..Patience::default() };
    let endpoints = Endpoints::new(Arc::clone(&store), Arc::new(clock.clone()), keychain).with_patience(patience);
    Fixture { dir, store, clock, endpoints }
}

fn change(url: &str, key: KeyChange) -> EndpointChange {
    EndpointChange { name: String::new(), url: url.to_owned(), model: "small".to_owned(), context: 0, key, kind: None }
}

fn key() -> KeyChange {
    KeyChange::typed(Some(KEY)).expect("a key")
}

fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).expect("the folder").flatten().filter(|entry| entry.path().is_file()).any(|entry| {
        let bytes = std::fs::read(entry.path()).expect("a file");
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

fn key_sent(f: &Fixture, endpoint: &Endpoint, server: &Server) -> Option<String> {
    let engine = f.endpoints.engine("mira", &endpoint.id).expect("an engine");
    let request = Request {
        messages: vec![Message::new(Role::User, "hello")],
        max_tokens: 1,
        stop: Vec::new(),
        grammar: None,
        seed: 0,
        temperature: 0.0,
    };
    let _ = engine.generate(&request, &mut |_| {}, &Cancel::new());
    server.asked().last().and_then(|asked| asked.header("authorization").map(str::to_owned))
}

fn refusing() -> Server {
    Server::start(|asked, line| {
        if !other_kind(asked, line) {
            line.json(401, &format!(r#"{{"error":{{"message":"wrong key: {}"}}}}"#, asked.header("authorization").unwrap_or_default()));
        }
    })
}

#[test]
fn a_key_is_in_the_keychain_and_nowhere_else() {
    let keychain = Arc::new(MemoryKeychain::default());
    let f = with(keychain.clone());
    let server = refusing();
    let endpoint = f.endpoints.add("mira", &change(&server.address(), key())).expect("an endpoint");
    assert!(endpoint.has_key && !endpoint.key_is_temporary);
    assert_eq!(key_sent(&f, &endpoint, &server), Some(format!("Bearer {KEY}")));
    assert!(!holds(f.dir.path(), KEY), "no file of the data folder has it");
    assert!(!format!("{endpoint:?}").contains(KEY));
    let again = Endpoints::new(Arc::clone(&f.store), Arc::new(f.clock.clone()), keychain.clone());
    assert!(again.get("mira", &endpoint.id).expect("the endpoint").has_key, "it is there after a restart");
    let error = f
        .endpoints
        .engine("mira", &endpoint.id)
        .expect("an engine")
        .generate(
            &Request { messages: Vec::new(), max_tokens: 1, stop: Vec::new(), grammar: None, seed: 0, temperature: 0.0 },
            &mut |_| {},
            &Cancel::new(),
        )
        .expect_err("refused");
    assert!(matches!(error, EngineError::Refused(_)) && !format!("{error} {error:?}").contains("ferry"), "{error:?}");
    f.endpoints.remove("mira", &endpoint.id).expect("removed");
    assert!(keychain.get(&format!("endpoint-key:{}@{}", endpoint.id, server.address())).expect("a keychain").is_none());
}

#[test]
fn without_a_keychain_a_key_lasts_for_this_run() {
    let f = with(Arc::new(NoKeychain));
    let server = refusing();
    let endpoint = f.endpoints.add("mira", &change(&server.address(), key())).expect("an endpoint");
    assert!(endpoint.has_key && endpoint.key_is_temporary);
    assert_eq!(key_sent(&f, &endpoint, &server), Some(format!("Bearer {KEY}")));
    assert!(!holds(f.dir.path(), KEY));
    let again = Endpoints::new(Arc::clone(&f.store), Arc::new(f.clock.clone()), Arc::new(NoKeychain));
    let endpoint = again.get("mira", &endpoint.id).expect("the endpoint");
    assert!(!endpoint.has_key && !endpoint.key_is_temporary, "and no longer");
    f.endpoints.remove("mira", &endpoint.id).expect("removed without a keychain too");
}

#[test]
fn a_key_that_was_given_for_one_origin_is_not_sent_to_another() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let (first, second) = (refusing(), refusing());
    let endpoint = f.endpoints.add("mira", &change(&first.address(), key())).expect("an endpoint");
    let path = format!("{}/other/v1", first.address());
    let same = f.endpoints.change("mira", &endpoint.id, &change(&path, KeyChange::Keep)).expect("changed");
    assert!(same.has_key, "another path is the same origin");

    let tried = f.endpoints.try_out("mira", Some(&endpoint.id), &change(&second.address(), KeyChange::Keep), &Cancel::new());
    tried.expect("it answers");
    let moved = f.endpoints.change("mira", &endpoint.id, &change(&second.address(), KeyChange::Keep)).expect("changed");
    assert!(!moved.has_key);
    assert_eq!(key_sent(&f, &moved, &second), None);
    assert!(second.asked().iter().all(|asked| asked.header("authorization").is_none()), "it never saw the key");
    let back = f.endpoints.change("mira", &endpoint.id, &change(&first.address(), KeyChange::Keep)).expect("changed");
    assert!(!back.has_key, "it is forgotten");
}

#[test]
fn a_row_whose_address_was_changed_by_others_has_no_key() {
    let keychain = Arc::new(MemoryKeychain::default());
    let f = with(keychain.clone());
    let (first, second) = (refusing(), refusing());
    let endpoint = f.endpoints.add("mira", &change(&first.address(), key())).expect("an endpoint");
    assert!(keychain.get(&format!("endpoint-key:{}@{}", endpoint.id, first.address())).expect("a keychain").is_some());
    let url = format!("{}/v1", second.address());
    f.store.write(|transaction| transaction.execute("UPDATE model_endpoints SET url = ?1", [&url])).expect("changed");
    assert_eq!(key_sent(&f, &endpoint, &second), None);
    assert!(!second.asked().is_empty() && first.asked().is_empty());
}

#[test]
fn keys_are_left_set_and_removed_as_the_field_says() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let url = "https://models.example/v1";
    let endpoint = f.endpoints.add("mira", &change(url, KeyChange::typed(None).expect("none"))).expect("an endpoint");
    assert!(!endpoint.has_key);
    let id = &endpoint.id;
    assert!(f.endpoints.change("mira", id, &change(url, key())).expect("changed").has_key);
    assert!(f.endpoints.change("mira", id, &change(url, KeyChange::typed(None).expect("none"))).expect("changed").has_key);
    assert!(!f.endpoints.change("mira", id, &change(url, KeyChange::typed(Some(" ")).expect("empty"))).expect("changed").has_key);
    assert!(KeyChange::typed(Some("two words")).is_err());
    assert!(KeyChange::typed(Some("línea")).is_err());
}

#[test]
fn a_project_is_allowed_for_one_address_only() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let endpoint = f.endpoints.add("mira", &change("https://models.example/v1", KeyChange::Keep)).expect("an endpoint");
    let id = &endpoint.id;
    let allowed = || f.endpoints.is_allowed("mira", "harbour", id).expect("an answer");
    assert!(!allowed(), "nothing is allowed before somebody says so");
    f.endpoints.allow("mira", "harbour", id).expect("allowed");
    assert!(allowed());
    assert_eq!(f.endpoints.get("mira", id).expect("the endpoint").allowed, ["harbour"]);
    f.endpoints.change("mira", id, &change("https://elsewhere.example/v1", KeyChange::Keep)).expect("changed");
    assert!(!allowed(), "another address asks again");
    f.endpoints.change("mira", id, &change("https://models.example/v1", KeyChange::Keep)).expect("changed");
    assert!(!allowed(), "and so does the old one after that");
    f.endpoints.allow("mira", "harbour", id).expect("allowed");
    f.endpoints.disallow("mira", "harbour", id).expect("taken back");
    assert!(!allowed());
}

#[test]
fn a_renamed_endpoint_keeps_its_address_its_key_and_what_was_allowed() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let before = f.endpoints.add("mira", &change("https://models.example/v1", key())).expect("an endpoint");
    f.endpoints.allow("mira", "harbour", &before.id).expect("allowed");
    f.endpoints.rename("mira", &before.id, " The big one ").expect("renamed");
    let after = f.endpoints.get("mira", &before.id).expect("the endpoint");
    assert_eq!(after.name, "The big one");
    assert_eq!((&after.address, &after.model, after.has_key), (&before.address, &before.model, true));
    assert_eq!(after.allowed, ["harbour"]);
    assert!(matches!(f.endpoints.rename("mira", &before.id, ""), Err(EndpointError::Name(_))));
    assert!(matches!(f.endpoints.rename("noa", &before.id, "Mine"), Err(EndpointError::NotThere)), "it is somebody else's");
}

#[test]
fn a_row_whose_address_was_changed_by_others_asks_again() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let endpoint = f.endpoints.add("mira", &change("https://models.example/v1", KeyChange::Keep)).expect("an endpoint");
    f.endpoints.allow("mira", "harbour", &endpoint.id).expect("allowed");
    f.store
        .write(|transaction| transaction.execute("UPDATE model_endpoints SET url = 'https://elsewhere.example/v1'", []))
        .expect("changed");
    assert!(!f.endpoints.is_allowed("mira", "harbour", &endpoint.id).expect("an answer"));
}

#[test]
fn an_id_alone_opens_nobody_else_s_endpoint() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let endpoint = f.endpoints.add("mira", &change("https://models.example/v1", key())).expect("an endpoint");
    let id = &endpoint.id;
    assert!(f.endpoints.list("noa").expect("a list").is_empty());
    assert!(matches!(f.endpoints.get("noa", id), Err(EndpointError::NotThere)));
    assert!(matches!(f.endpoints.engine("noa", id), Err(EndpointError::NotThere)));
    assert!(matches!(f.endpoints.remove("noa", id), Err(EndpointError::NotThere)));
    let other = change("https://elsewhere.example/v1", KeyChange::Remove);
    assert!(matches!(f.endpoints.change("noa", id, &other), Err(EndpointError::NotThere)));
    assert!(matches!(f.endpoints.note_speed("noa", id, 1.0), Err(EndpointError::NotThere)));
    assert!(matches!(f.endpoints.try_out("noa", Some(id), &other, &Cancel::new()), Err(EndpointError::NotThere)));
    for (user, project) in [("noa", "island"), ("noa", "harbour"), ("mira", "island"), ("mira", "nowhere")] {
        assert!(matches!(f.endpoints.allow(user, project, id), Err(EndpointError::NotThere)), "{user} {project}");
    }
    f.endpoints.allow("mira", "harbour", id).expect("allowed");
    f.endpoints.disallow("noa", "harbour", id).expect("nothing happens");
    assert!(f.endpoints.is_allowed("mira", "harbour", id).expect("an answer"));
    assert!(!f.endpoints.is_allowed("noa", "harbour", id).expect("an answer"));
    assert!(f.endpoints.get("mira", id).expect("the endpoint").has_key);
}

#[test]
fn what_is_filled_in_is_looked_at_and_kept() {
    let f = with(Arc::new(MemoryKeychain::default()));
    let wrong = |change: EndpointChange| f.endpoints.add("mira", &change).expect_err("refused");
    assert!(matches!(wrong(change("ftp://x", KeyChange::Keep)), EndpointError::Address(_)));
    assert!(matches!(
        wrong(EndpointChange { model: " ".to_owned(), ..change("https://x.example", KeyChange::Keep) }),
        EndpointError::NoModel
    ));
    assert!(matches!(
        wrong(EndpointChange { name: "a\nb".to_owned(), ..change("https://x.example", KeyChange::Keep) }),
        EndpointError::BadName
    ));
    assert!(f.endpoints.list("mira").expect("a list").is_empty());
    let filled = EndpointChange { context: 8192, kind: Some(ServerKind::Vllm), ..change(" http://127.0.0.1:8000 ", KeyChange::Keep) };
    let endpoint = f.endpoints.add("mira", &filled).expect("an endpoint");
    assert_eq!((endpoint.name.as_str(), endpoint.kind, endpoint.settings.context), ("small", ServerKind::Vllm, 8192));
    assert!(endpoint.address.is_this_computer());
    f.endpoints.note_speed("mira", &endpoint.id, 12.5).expect("noted");
    f.endpoints.note_kind("mira", &endpoint.id, ServerKind::LlamaServer).expect("noted");
    let endpoint = f.endpoints.list("mira").expect("a list").remove(0);
    assert_eq!((endpoint.kind, endpoint.settings.tokens_per_second), (ServerKind::LlamaServer, Some(12.5)));
    let bare = f.endpoints.change("mira", &endpoint.id, &change("http://127.0.0.1:8001", KeyChange::Keep)).expect("changed");
    assert_eq!((bare.kind, bare.settings.tokens_per_second), (ServerKind::Other, None), "another server is another server");
}

#[test]
fn a_key_s_debug_text_says_nothing() {
    let key = ApiKey::new(KEY).expect("a key").expect("not empty");
    assert_eq!(format!("{key:?} {:?}", KeyChange::Set(key.clone())), "ApiKey(…) Set(ApiKey(…))");
}
