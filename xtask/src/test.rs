//! `cargo xtask test`: everything that CI checks, in the order that finds mistakes soonest.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use crate::cargo::cargo;
use crate::report::{Failed, Summary, call, step};
use crate::setup::{self, For};
use crate::{e2e, fail, model, types, ui};

/// Runs all checks and prints a table of them.
pub fn run(_: &[String]) -> Result<(), Failed> {
    step("Check the system's packages", || setup::system(For::Tests))?;
    step("Check cargo-nextest", setup::nextest)?;
    step("Install the interface's dependencies", || {
        setup::node()?;
        ui::install()
    })?;
    step("Provide the default model", model::provide)?;
    let mut counts = Counts::default();
    let mut summary = Summary::default();
    let quiet = |()| String::new();
    summary.check("Rust format", || call(cargo().args(["fmt", "--all", "--check"])).map(quiet));
    summary.check("interface format", || call(ui::npm().args(["run", "--silent", "format:check"])).map(quiet));
    summary.check("interface types", || call(ui::npm().args(["run", "--silent", "check"])).map(quiet));
    summary.check("interface tests", || counts.run(offline(ui::npm().args(["run", "--silent", "test"]))));
    // Before anything Rust: the app embeds it.
    let interface = summary.check("interface build", || ui::build().map(quiet));
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    summary.check("clippy", || call(cargo().args(lints)).map(quiet));
    let built = summary.check("build", || build().map(quiet));
    if built {
        // The same package selection as the build, so that nothing is built twice with other features.
        let units = ["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "-E", "not package(lectern-e2e)"];
        summary.check("Rust tests", || counts.run(offline(model::hand_to(cargo().args(units)))));
        summary.check("documentation tests", || counts.run(offline(cargo().args(["test", "--quiet", "--workspace", "--locked", "--doc"]))));
        summary.check("generated types", || types::check().map(quiet));
    }
    match (built, interface) {
        (true, true) => {
            summary.check("real window", || counts.run(&mut e2e::tests(None)?));
        }
        _ => summary.skip("real window", "there is no build to open"),
    }
    summary.print();
    println!("\ntests: {} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    match summary.failed() {
        0 => Ok(()),
        1 => fail!("one check failed"),
        many => fail!("{many} checks failed"),
    }
}

/// Builds programs, tests and examples of the whole workspace in the development profile.
pub fn build() -> Result<(), Failed> {
    call(cargo().args(["build", "--workspace", "--all-targets", "--locked"]))
}

/// Nothing that is tested may leave this computer: what tries is refused at once.
fn offline(command: &mut Command) -> &mut Command {
    let refused = "http://127.0.0.1:9";
    for key in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(key, refused);
    }
    for key in ["no_proxy", "NO_PROXY"] {
        command.env(key, "127.0.0.1,localhost,::1");
    }
    command.env("CARGO_NET_OFFLINE", "true").env("GIT_CONFIG_NOSYSTEM", "1")
}

/// How many tests ran, as their runners say.
#[derive(Debug, Default)]
pub struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Counts {
    /// Runs a test runner with its output shown and adds what it counted.
    fn run(&mut self, command: &mut Command) -> Result<String, Failed> {
        let before = (self.passed, self.failed);
        let status = watch(command, |line| self.read(line))?;
        let (passed, failed) = (self.passed - before.0, self.failed - before.1);
        if !status {
            fail!("{failed} of {} tests failed", passed + failed);
        }
        Ok(format!("{passed} tests"))
    }

    /// Understands the closing lines of nextest, `cargo test` and vitest.
    fn read(&mut self, line: &str) {
        let line = without_colours(line);
        // Indented, it is what nextest shows of a first try that failed.
        let is_of_cargo = line.starts_with("test result:");
        let line = line.trim();
        let is_summary = (line.starts_with("Summary [") && line.contains("run:")) || is_of_cargo || line.starts_with("Tests  ");
        if !is_summary {
            return;
        }
        let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || ",;()|".contains(c)).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<usize>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" | "timed" => self.failed += number,
                "skipped" | "ignored" if !line.starts_with("Summary") => self.skipped += number,
                _ => {}
            }
        }
    }
}

/// Runs a command, passing its output on and showing each line to `see`. True when it succeeded.
fn watch(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool, Failed> {
    let words: Vec<_> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy().into_owned()).collect();
    println!("    $ {}", words.join(" "));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (sender, lines) = mpsc::channel();
    let out = child.stdout.take().expect("stdout is a pipe");
    let err = child.stderr.take().expect("stderr is a pipe");
    std::thread::scope(|scope| {
        let second = sender.clone();
        scope.spawn(move || forward(BufReader::new(out), &sender));
        scope.spawn(move || forward(BufReader::new(err), &second));
        for line in lines {
            println!("{line}");
            see(&line);
        }
    });
    Ok(child.wait()?.success())
}

fn forward(mut reader: impl BufRead, sender: &mpsc::Sender<String>) {
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
        if sender.send(line).is_err() {
            return;
        }
        bytes.clear();
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            let _ = chars.find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(line: &str) -> (usize, usize, usize) {
        let mut counts = Counts::default();
        counts.read(line);
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn each_runners_closing_line_is_counted() {
        assert_eq!(counted("     Summary [   1.018s] 72 tests run: 70 passed (1 slow), 2 failed, 3 skipped"), (70, 2, 0));
        assert_eq!(counted("test result: ok. 5 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.1s"), (5, 1, 2));
        assert_eq!(counted("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m34 passed\u{1b}[39m\u{1b}[22m (34)"), (34, 0, 0));
        assert_eq!(counted("      Tests  1 failed | 33 passed (34)"), (33, 1, 0));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            counted("    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 30 filtered out; finished in 0.2s"),
            (0, 0, 0)
        );
        assert_eq!(counted("PASS [ 0.1s] lectern-store opens 12 passed things"), (0, 0, 0));
    }
}
