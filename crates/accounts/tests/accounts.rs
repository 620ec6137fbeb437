//! What profiles promise.

use std::{sync::Arc, time::Instant};

use lectern_accounts::{AccountError, Accounts, Keychain, KeychainError, MemoryKeychain, Password, PasswordCost};
use lectern_store::{Clock, ManualClock, Store, StoreOptions, SystemClock, Timestamp};
use zeroize::Zeroizing;

const GOOD: &str = "ferry lantern sycamore";

struct Fixture {
    dir: tempfile::TempDir,
    store: Arc<Store>,
    clock: ManualClock,
    keychain: Arc<MemoryKeychain>,
    accounts: Accounts,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database"));
    let keychain = Arc::new(MemoryKeychain::default());
    let accounts = Accounts::new(Arc::clone(&store), Arc::new(clock.clone()), keychain.clone(), "here".to_owned(), PasswordCost::Floor);
    Fixture { dir, store, clock, keychain, accounts }
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

#[test]
fn a_new_profile_signs_in_with_its_password_and_no_other() {
    let f = fixture();
    let made = f.accounts.create(" mira@harbour.example ", "Mira", &password(GOOD)).expect("a profile");
    assert_eq!((made.email.as_str(), made.display_name.as_str(), made.has_password), ("mira@harbour.example", "Mira", true));
    assert_eq!(f.accounts.sign_in("MIRA@harbour.example", &password(GOOD)).expect("the right password").id, made.id);
    assert!(matches!(f.accounts.sign_in("mira@harbour.example", &password("wrong lantern sycamore")), Err(AccountError::WrongCredentials)));
}

#[test]
fn the_password_is_nowhere_in_the_data_folder() {
    let f = fixture();
    f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    for entry in std::fs::read_dir(f.dir.path()).expect("the folder").flatten().filter(|e| e.path().is_file()) {
        let bytes = std::fs::read(entry.path()).expect("a file");
        assert!(!bytes.windows(GOOD.len()).any(|window| window == GOOD.as_bytes()), "{:?} holds the password", entry.file_name());
    }
}

#[test]
fn an_email_is_taken_once_without_regard_to_case() {
    let f = fixture();
    f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    assert!(matches!(f.accounts.create("Mira@Harbour.example", "", &password(GOOD)), Err(AccountError::EmailTaken(_))));
    for bad in ["", "mira", "@x", "x@", "a b@c", "a@b@c"] {
        assert!(matches!(f.accounts.create(bad, "", &password(GOOD)), Err(AccountError::BadEmail(_))), "accepted {bad:?}");
    }
}

#[test]
fn the_headless_profile_is_taken_over_by_the_first_run_and_opens_with_no_password_before() {
    let f = fixture();
    let local = f.accounts.create_local().expect("a local profile");
    assert_eq!(f.accounts.create_local().expect("the same").id, local.id);
    assert!(matches!(f.accounts.sign_in(&local.email, &password("")), Err(AccountError::WrongCredentials)));
    let taken = f.accounts.create("mira@harbour.example", "Mira", &password(GOOD)).expect("a take-over");
    assert_eq!(taken.id, local.id, "its projects stay its own");
    let second = f.accounts.create("noor@harbour.example", "", &password(GOOD)).expect("a second profile");
    assert_ne!(second.id, local.id);
}

#[test]
fn wrong_passwords_are_slowed_also_after_a_restart_and_a_right_one_clears_the_count() {
    let f = fixture();
    f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    let wrong = password("wrong lantern sycamore");
    for _ in 0..5 {
        assert!(matches!(f.accounts.sign_in("mira@harbour.example", &wrong), Err(AccountError::WrongCredentials)));
    }
    let restarted =
        Accounts::new(Arc::clone(&f.store), Arc::new(f.clock.clone()), f.keychain.clone(), "here".to_owned(), PasswordCost::Floor);
    // Not even the right one is looked at.
    match restarted.sign_in("mira@harbour.example", &password(GOOD)) {
        Err(AccountError::TooManyAttempts { wait_ms }) => assert_eq!(wait_ms, 1000),
        other => panic!("expected a wait, got {other:?}"),
    }
    f.clock.advance(1000);
    assert!(matches!(restarted.sign_in("mira@harbour.example", &wrong), Err(AccountError::WrongCredentials)));
    assert!(matches!(restarted.sign_in("mira@harbour.example", &wrong), Err(AccountError::TooManyAttempts { wait_ms: 2000 })));
    f.clock.advance(2000);
    restarted.sign_in("mira@harbour.example", &password(GOOD)).expect("the right password after the wait");
    assert!(matches!(restarted.sign_in("mira@harbour.example", &wrong), Err(AccountError::WrongCredentials)), "the count started over");
}

#[test]
fn a_clock_set_back_by_years_locks_nobody_out_for_years() {
    let f = fixture();
    f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    for _ in 0..5 {
        let _ = f.accounts.sign_in("mira@harbour.example", &password("wrong lantern sycamore"));
    }
    f.clock.advance(-3 * 365 * 86_400_000);
    assert!(matches!(f.accounts.sign_in("mira@harbour.example", &password(GOOD)), Err(AccountError::TooManyAttempts { .. })));
    f.clock.advance(1000);
    f.accounts.sign_in("mira@harbour.example", &password(GOOD)).expect("one wait, by the clock as it is now");
}

#[test]
fn an_unknown_email_answers_and_takes_time_like_a_wrong_password_and_is_slowed_too() {
    let f = fixture();
    f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    let wrong = password("wrong lantern sycamore");
    f.accounts.prepare();
    let time = |email: &str| {
        let started = Instant::now();
        let error = f.accounts.sign_in(email, &wrong).expect_err("a wrong password").to_string();
        (started.elapsed().as_secs_f64(), error)
    };
    let (known, known_says) = time("mira@harbour.example");
    let (unknown, unknown_says) = time("nobody@harbour.example");
    assert_eq!(known_says, unknown_says);
    assert!((0.4..2.5).contains(&(unknown / known)), "known {known:.4} s, unknown {unknown:.4} s");
    for _ in 0..4 {
        let _ = f.accounts.sign_in("nobody@harbour.example", &wrong);
    }
    assert!(matches!(f.accounts.sign_in("nobody@harbour.example", &wrong), Err(AccountError::TooManyAttempts { .. })));
}

#[test]
fn changing_the_password_needs_the_old_one_and_ends_remembered_sign_ins() {
    let f = fixture();
    let user = f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    f.accounts.remember(&user.id).expect("a keychain");
    assert!(matches!(
        f.accounts.change_password(&user.id, &password("wrong lantern sycamore"), &password("another lantern sycamore")),
        Err(AccountError::WrongCredentials)
    ));
    assert!(matches!(f.accounts.change_password(&user.id, &password(GOOD), &password("short")), Err(AccountError::BadPassword(_))));
    f.clock.advance(60_000);
    let changed = f.accounts.change_password(&user.id, &password(GOOD), &password("another lantern sycamore")).expect("a change");
    assert_eq!(changed.password_changed_at, Some(f.clock.now()));
    assert!(!changed.remembered);
    assert!(f.accounts.remembered().expect("a read").is_none());
    assert!(f.accounts.sign_in(&user.email, &password(GOOD)).is_err());
    f.accounts.sign_in(&user.email, &password("another lantern sycamore")).expect("the new password");
}

#[test]
fn a_remembered_profile_comes_back_locked_if_it_was_locked_and_not_at_all_after_signing_out() {
    let f = fixture();
    let user = f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    assert!(f.accounts.remembered().expect("a read").is_none(), "nobody asked to be remembered");
    f.accounts.remember(&user.id).expect("a keychain");
    let (found, locked) = f.accounts.remembered().expect("a read").expect("remembered");
    assert_eq!((found.id, locked), (user.id.clone(), false));
    f.accounts.set_locked(&user.id, true).expect("a lock");
    assert!(f.accounts.remembered().expect("a read").expect("remembered").1);
    assert!(!f.accounts.is_remembered(&user.id).expect("a read"), "a locked window is locked for headless commands too");
    f.accounts.forget(&user.id).expect("a sign-out");
    assert!(f.accounts.remembered().expect("a read").is_none());
}

#[test]
fn a_secret_that_does_not_match_its_hash_signs_nobody_in() {
    let f = fixture();
    let user = f.accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    f.accounts.remember(&user.id).expect("a keychain");
    f.keychain.set(&format!("here:{}", user.id.as_str()), "forged").expect("a keychain");
    assert!(f.accounts.remembered().expect("a read").is_none());
}

struct NoKeychain;

impl Keychain for NoKeychain {
    fn get(&self, _: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        Err(KeychainError::Unavailable("none here".to_owned()))
    }
    fn set(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable("none here".to_owned()))
    }
    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable("none here".to_owned()))
    }
}

#[test]
fn without_a_keychain_remembering_says_so_and_everything_else_works() {
    let f = fixture();
    let accounts =
        Accounts::new(Arc::clone(&f.store), Arc::new(f.clock.clone()), Arc::new(NoKeychain), "here".to_owned(), PasswordCost::Floor);
    let user = accounts.create("mira@harbour.example", "", &password(GOOD)).expect("a profile");
    let error = accounts.remember(&user.id).expect_err("no keychain");
    assert!(error.hint().expect("a hint").contains("keychain"));
    assert!(!accounts.user(&user.id).expect("the profile").remembered);
    accounts.sign_in(&user.email, &password(GOOD)).expect("signing in needs no keychain");
    accounts.forget(&user.id).expect("nothing to forget");
}
