//! Profiles in the real window: first run, lock, sign in, several profiles.

use std::{thread::sleep, time::Duration};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Bus, Stage, project};

#[test]
fn the_first_run_makes_a_profile_and_says_what_is_missing() {
    let stage = Stage::new("first-run");
    let app = stage.launch(&[]);
    app.wait_text("#first-run", "never leaves this computer");
    app.assert_accessible("first-run");

    app.click("button", "Create profile");
    app.wait_text("#first-run", "Enter an e-mail address");
    app.wait_text("#first-run", "Enter a password");

    app.fill("E-mail", EMAIL);
    app.fill("Password", "password1");
    app.fill("Repeat the password", "password1");
    app.find("#first-run .strength.weak");
    app.click("button", "Create profile");
    app.find("#first-run [aria-invalid=true]");

    app.fill("Password", PASSWORD);
    app.find("#first-run .strength.ok");
    app.fill("Repeat the password", "something else");
    app.click("button", "Create profile");
    app.wait_text("#first-run", "The passwords differ");
    app.shot("first-run-errors");
    app.assert_accessible("first-run with errors");

    // A password manager's paste is taken.
    let pasted = app.js(
        "const field = named('textbox', 'Repeat the password'); const data = new DataTransfer(); data.setData('text/plain', 'x');
         return field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))",
        &[],
    );
    assert_eq!(pasted, true, "the page cancelled a paste into a password field");

    app.fill("Repeat the password", PASSWORD);
    app.click("button", "Create profile");
    app.find("#open-folder");
    app.assert_accessible("open-folder");
    app.click("button", "Skip this step");
    app.wait_text("#projects-home", "No projects yet");
    app.assert_accessible("projects-empty");
}

#[test]
fn without_a_keychain_the_app_says_so_and_asks_each_time() {
    let stage = Stage::new("no-keychain");
    let app = stage.launch(&[]);
    app.wait_text("#first-run", "keychain");
    app.wait_js("the box that can't be ticked", "named('checkbox', 'Stay signed in').disabled", &[]);
    app.first_run();
    app.kill();

    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.find("#projects-home");
}

#[test]
fn with_a_keychain_one_can_stay_signed_in() {
    let stage = Stage::with_bus("keychain", Bus::Keychain);
    let app = stage.launch(&[]);
    app.find("#first-run");
    app.click("checkbox", "Stay signed in");
    app.first_run();
    app.find("#projects-home");
    app.kill();

    let app = stage.launch(&[]);
    app.find("#projects-home");
    app.command("Sign out");
    app.find("#sign-in");
    app.kill();

    // Signing out forgets it.
    let app = stage.launch(&[]);
    app.find("#sign-in");
}

#[test]
fn a_locked_window_shows_nothing_and_opens_only_with_the_password() {
    let stage = Stage::new("lock");
    let root = stage.place("secret-shelf");
    project::write(&root, "notes.txt", "the hidden words\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.open_in_tree("notes.txt");

    app.press("Ctrl+L");
    app.find("#lock-screen");
    let page = app.js("return document.documentElement.outerHTML", &[]);
    let page = page.as_str().unwrap_or_default();
    assert!(!page.contains("secret-shelf") && !page.contains("hidden words"), "the locked page still holds project content");
    app.assert_accessible("lock-screen");

    app.fill("Password", "not the password");
    app.click("button", "Unlock");
    app.find("#lock-screen [aria-invalid=true]");
    app.shot("wrong-password");
    app.fill("Password", PASSWORD);
    app.click("button", "Unlock");
    app.wait_project(&root);
}

/// Seconds.
const LONG_WAIT: u32 = 8;

/// What the sign-in screen says of a wait.
fn seconds_to_wait(app: &App) -> Option<u32> {
    let text = app.text("#sign-in");
    let (_, rest) = text.split_once("Try again in ")?;
    rest.split_once(" s.")?.0.parse().ok()
}

#[test]
fn guessing_passwords_is_slowed() {
    let stage = Stage::new("guessing");
    let app = stage.launch(&[]);
    app.first_run();
    app.command("Sign out");
    app.find("#sign-in");
    app.assert_accessible("sign-in");
    let (mut guesses, mut free) = (0, None);
    // Each wait is twice the one before. Where it is this long, no machine is so slow that it is over before the right password is typed.
    while seconds_to_wait(&app).is_none_or(|seconds| seconds < LONG_WAIT) {
        guesses += 1;
        assert!(guesses <= 60, "sixty guesses and nothing slowed them");
        if seconds_to_wait(&app).is_some() {
            free.get_or_insert(guesses - 1);
            sleep(Duration::from_secs(1));
        }
        app.fill("Password", "a wrong guess");
        app.click("button", "Sign in");
        app.wait_js("the answer", "!document.querySelector('#sign-in [aria-disabled=true]') && document.querySelector('#sign-in [aria-invalid=true], #sign-in [role=alert]')", &[]);
    }
    assert!(free.is_some_and(|free| free >= 3), "slowed after {free:?} guesses, which a slip of the finger can reach");
    // Even the right one has to wait now.
    app.fill("Password", PASSWORD);
    app.click("button", "Sign in");
    app.wait_text("#sign-in", "too many");
    app.shot("slowed");
}

#[test]
fn each_profile_sees_only_its_own_projects() {
    let stage = Stage::new("two-profiles");
    let root = stage.place("adas-shelf");
    project::write(&root, "a.txt", "a\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.command("Sign out");

    app.find("#sign-in");
    app.click("button", "Create another profile");
    app.create_profile("grace@harbour.example", "nine brass lanterns 88");
    app.leave_folder_step();
    app.wait_text("#projects-home", "No projects yet");
    assert!(!app.text("body").contains("adas-shelf"), "the second profile sees the first one's project");
    app.command("Sign out");

    app.find("#sign-in ul.profiles");
    app.assert_accessible("sign-in with two profiles");
    app.shot("two-profiles");
    app.sign_in(EMAIL, PASSWORD);
    app.wait("the first profile's project", || app.text("body").contains("adas-shelf"));
}

#[test]
fn a_changed_password_is_the_one_that_counts() {
    let stage = Stage::new("change-password");
    let app = stage.launch(&[]);
    app.first_run();
    app.command("Change the password");
    app.find("#password-dialog");
    app.assert_accessible("change-password");
    let new = "quarry stones and 12 ferries";
    app.fill("Current password", "not it");
    app.fill("New password", new);
    app.fill("Repeat the new password", new);
    app.click("button", "Change password");
    app.find("#password-dialog [aria-invalid=true]");
    app.fill("Current password", PASSWORD);
    app.click("button", "Change password");
    app.wait_toast("Password changed");
    app.command("Sign out");
    app.find("#sign-in");
    app.fill("Password", PASSWORD);
    app.click("button", "Sign in");
    app.find("#sign-in [aria-invalid=true]");
    app.fill("Password", new);
    app.click("button", "Sign in");
    app.find("#projects-home");
}

#[test]
fn the_first_run_takes_over_what_headless_commands_made() {
    let stage = Stage::new("takeover");
    let root = stage.place("headless-shelf");
    project::write(&root, "a.txt", "a\n");
    let answer = stage.lectern_json(&["sync", &root.to_string_lossy()], &[]);
    assert_eq!(answer["version"], 1, "{answer}");

    let app = stage.launch(&[]);
    app.first_run();
    app.wait_text("#projects-home", "headless-shelf");
}
