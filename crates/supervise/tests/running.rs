//! What a supervised program gets, what is told of it, and what is said when it can't be run.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::channel,
    },
    time::{Duration, Instant},
};

use common::{DEADLINE, Grove, all, are_closed, lines, sockets, wait_for};
use lectern_supervise::{LINE_BYTES, Launch, MARK, Said, Source, SuperviseError, Supervised, sweep};

fn shell(script: &str) -> [&str; 3] {
    ["sh", "-c", script]
}

#[test]
fn what_is_printed_and_how_it_ended_is_told_in_order() {
    let grove = Grove::new();
    let (supervised, said) =
        grove.start(&shell("echo one; echo two >&2; printf '\\033[31mred\\033[0m\\r\\nlast'; exit 3")).expect("it runs");
    let told = all(&said);
    assert_eq!(told[0], Said::Started { pid: supervised.pid() });
    assert_eq!(told.last(), Some(&Said::Ended { code: Some(3), signal: None }));
    let of = |wanted: Source| {
        let text = |said: &Said| if let Said::Line { source, text } = said { (*source == wanted).then(|| text.clone()) } else { None };
        told.iter().filter_map(text).collect::<Vec<_>>()
    };
    assert_eq!(of(Source::Out), ["one", "red", "last"]);
    assert_eq!(of(Source::Err), ["two"]);
    supervised.stop();
    assert!(said.recv_timeout(DEADLINE).is_err(), "nothing is told after the end");
}

#[test]
fn a_program_that_a_signal_ended_has_no_exit_code() {
    let grove = Grove::new();
    let (_supervised, said) = grove.start(&shell("kill -9 $$")).expect("it runs");
    assert_eq!(all(&said).last(), Some(&Said::Ended { code: None, signal: Some(9) }));
}

#[test]
fn arguments_arrive_as_they_are_and_no_shell_sees_them() {
    let grove = Grove::new();
    let odd = ["a b", "$HOME", "; touch planted", "`touch planted`", "*", "", "--", "é€😀"];
    let argv: Vec<&str> = ["printf", "[%s]\\n"].into_iter().chain(odd).collect();
    let (_supervised, said) = grove.start(&argv).expect("it runs");
    assert_eq!(lines(&said), odd.map(|word| format!("[{word}]")));
    assert!(!grove.folder.path().join("planted").exists());
}

#[test]
fn a_secret_of_the_environment_reaches_neither_the_program_nor_the_supervisor() {
    let grove = Grove::new();
    let mut app = grove.app(&["sh", "-c", "env; echo; sleep 60"].map(str::to_owned));
    let planted = [
        ("LECTERN_PASSWORD_FILE", "planted-1"),
        ("LECTERN_API_KEY", "planted-2"),
        ("GITHUB_TOKEN", "planted-3"),
        ("AWS_SECRET_ACCESS_KEY", "planted-4"),
        ("SSH_AUTH_SOCK", "planted-5"),
        ("HTTPS_PROXY", "http://mira:planted-6@proxy.example:1"),
        ("CI", "planted-7"),
        ("LD_PRELOAD", ""),
        ("lectern_lower", "planted-8"),
        ("LECTERN_SUPERVISED", "planted-9"),
    ];
    let mut child = app.envs(planted).env("GOPATH", "/passed").env("LC_TIME", "C").stdout(Stdio::piped()).spawn().expect("runs");
    let output = child.stdout.take().expect("piped");
    let mut variables = Vec::new();
    for line in std::io::BufRead::lines(std::io::BufReader::new(output)) {
        match serde_json::from_str(&line.expect("a line")) {
            Ok(Said::Line { text, .. }) if text.is_empty() => break,
            Ok(Said::Line { text, .. }) => variables.push(text),
            Ok(Said::Ended { .. }) => break,
            _ => {}
        }
    }
    let of_supervisors: Vec<u8> = grove
        .living()
        .into_iter()
        .filter(|pid| *pid != child.id() as i32)
        .flat_map(|pid| fs::read(format!("/proc/{pid}/environ")).unwrap_or_default())
        .collect();
    child.kill().expect("killed");
    child.wait().expect("ended");
    let has = |line: &str| variables.iter().any(|variable| variable == line);
    for expected in
        ["GOPATH=/passed", "LC_TIME=C", "TERM=dumb", "NO_COLOR=1", "FORCE_COLOR=0", "BROWSER=none", &format!("{MARK}={}", grove.tag)]
    {
        assert!(has(expected), "{expected} in {variables:?}");
    }
    assert!(variables.iter().any(|variable| variable.starts_with("PATH=/")), "{variables:?}");
    let lectern: Vec<_> = variables.iter().filter(|variable| variable.to_uppercase().starts_with("LECTERN")).collect();
    assert_eq!(lectern.len(), 1, "only the mark is there: {lectern:?}");
    assert!(!variables.iter().any(|variable| variable.contains("planted") || variable.starts_with("CI=")), "{variables:?}");
    assert!(
        !of_supervisors.is_empty() && !String::from_utf8_lossy(&of_supervisors).contains("planted"),
        "nor can it be read from a supervisor"
    );
}

#[test]
fn what_a_request_adds_wins_and_lecterns_own_names_are_refused() {
    let grove = Grove::new();
    let added =
        [("PORT", "5173"), ("HOST", "127.0.0.1"), ("NO_COLOR", ""), ("TERM", "xterm")].map(|(name, value)| (name.into(), value.into()));
    let launch = Launch { environment: added.to_vec(), ..grove.launch(&shell("echo $PORT $HOST $NO_COLOR $TERM")) };
    let (_supervised, said) = grove.run(launch).expect("it runs");
    assert_eq!(lines(&said), ["5173 127.0.0.1 xterm"]);
    let launch = Launch { environment: vec![("LECTERN_TOKEN".into(), "1".into())], ..grove.launch(&["true"]) };
    assert!(matches!(grove.run(launch), Err(SuperviseError::BadRequest(_))));
}

#[test]
fn no_file_that_is_open_here_reaches_the_program() {
    use nix::fcntl::{FcntlArg, FdFlag, fcntl};
    let grove = Grove::new();
    let secret = fs::File::create(grove.folder.path().join("secret")).expect("a file");
    fcntl(&secret, FcntlArg::F_SETFD(FdFlag::empty())).expect("it would be inherited");
    // The fourth is the listing's own.
    let (_supervised, said) = grove.start(&["ls", "-l", "/proc/self/fd"]).expect("it runs");
    let listed = lines(&said);
    assert!(!listed.iter().any(|line| line.contains("secret")), "{listed:?}");
    assert_eq!(listed.iter().filter(|line| line.contains("->")).count(), 4, "{listed:?}");
}

#[test]
fn a_program_has_no_input_and_no_terminal() {
    let grove = Grove::new();
    let (_supervised, said) = grove.start(&shell("cat; (exec 3</dev/tty) 2>/dev/null && echo terminal; echo done")).expect("it runs");
    assert_eq!(lines(&said), ["done"]);
}

#[test]
fn each_reason_not_to_run_has_its_name() {
    let grove = Grove::new();
    let folder = grove.folder.path();
    let write = |name: &str, text: &str, mode: u32| {
        fs::write(folder.join(name), text).expect("written");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode)).expect("rights");
    };
    write("plain", "text", 0o644);
    write("orphan", "#!/no/such/interpreter\n", 0o755);
    write("no-program", "just text\n", 0o755);
    let refused = |argv: &[&str]| grove.start(argv).map(|_| ()).expect_err("it can't be run");
    assert_eq!(refused(&["no-such-program", "x"]), SuperviseError::ProgramMissing("no-such-program".into()));
    assert_eq!(refused(&["./no-such-program"]), SuperviseError::ProgramMissing("./no-such-program".into()));
    let why = |error| if let SuperviseError::NotExecutable { program, reason } = error { (program, reason) } else { panic!("{error:?}") };
    assert_eq!(why(refused(&["./plain"])), ("./plain".into(), "permission denied".into()));
    assert_eq!(why(refused(&["./no-program"])), ("./no-program".into(), "exec format error".into()), "no shell takes it either");
    assert_eq!(why(refused(&["./orphan"])).1, "the program that its first line names was not found");
    assert_eq!(why(refused(&["../"])).1, "it is a folder");
    assert_eq!(refused(&["plain"]), SuperviseError::ProgramMissing("plain".into()), "a file of the project is no program of the computer");
    assert!(matches!(refused(&[]), SuperviseError::BadRequest(_)));
    let elsewhere = Launch { folder: folder.join("gone"), ..grove.launch(&["true"]) };
    assert_eq!(grove.run(elsewhere).expect_err("no folder"), SuperviseError::FolderMissing(folder.join("gone")));
    let file = Launch { folder: folder.join("plain"), ..grove.launch(&["true"]) };
    assert_eq!(grove.run(file).expect_err("no folder"), SuperviseError::FolderMissing(folder.join("plain")));
    let supervise =
        |program: &str| Supervised::start(program.as_ref(), grove.launch(&["true"]), |_| {}).map(|_| ()).expect_err("no supervisor");
    assert!(matches!(supervise("/no/such/lectern"), SuperviseError::SupervisorMissing { .. }));
    assert!(matches!(supervise("/bin/true"), SuperviseError::NoAnswer(_)), "it ends without a word");
    assert_eq!(grove.living(), [0; 0], "and nothing runs");
}

#[test]
fn a_program_of_the_folder_runs_by_its_relative_path_also_where_names_are_not_utf8() {
    use std::os::unix::ffi::OsStringExt;
    let grove = Grove::new();
    let folder = grove.folder.path().join(std::ffi::OsString::from_vec(b"caf\xe9".to_vec()));
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("serve"), "#!/bin/sh\necho \"$0 in $(basename \"$PWD\" | wc -c)\"\n").expect("written");
    fs::set_permissions(folder.join("serve"), fs::Permissions::from_mode(0o755)).expect("rights");
    let launch = Launch { folder, ..grove.launch(&["./serve"]) };
    let (_supervised, said) = grove.run(launch).expect("it runs");
    assert!(lines(&said)[0].ends_with("serve in 5"));
}

#[test]
fn when_the_program_ends_the_rest_of_its_tree_is_ended() {
    let grove = Grove::new();
    let mut argv = grove.hostile(&["plain"]);
    argv = vec!["sh".into(), "-c".into(), format!("'{}' {} deaf+detached plain & sleep 0.3; echo bye", argv[0], argv[1])];
    let (_supervised, said) = grove.start(&argv).expect("it runs");
    assert_eq!(all(&said).last(), Some(&Said::Ended { code: Some(0), signal: None }));
    assert_eq!(grove.living(), [0; 0], "the end is told when nothing is left");
}

#[test]
fn ports_are_told_when_they_open_and_when_they_close() {
    let grove = Grove::new();
    let (supervised, said) = grove.start(&grove.hostile(&["detached+listening", "listening+session"])).expect("it runs");
    let both = wait_for(&said, |said| if let Said::Listening(ports) = said { (ports.len() == 2).then(|| ports.clone()) } else { None });
    let held = sockets(&both);
    assert!(held.len() == 2 && !are_closed(&held), "they are held");
    // One of the two ends.
    let owner = grove.living().into_iter().find(|pid| {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        descriptors.filter_map(|entry| fs::read_link(entry.path()).ok()).any(|link| link.to_string_lossy().starts_with("socket:"))
    });
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(owner.expect("an owner")), nix::sys::signal::Signal::SIGKILL).expect("killed");
    let one = wait_for(&said, |said| if let Said::Listening(ports) = said { Some(ports.clone()) } else { None });
    assert!(one.len() == 1 && both.contains(&one[0]), "{one:?} of {both:?}");
    supervised.stop();
    assert!(are_closed(&held));
}

#[test]
fn a_flood_waits_for_its_reader_and_a_stop_waits_for_nobody() {
    let grove = Grove::new();
    let (seen, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(())));
    let held = gate.lock().expect("a lock");
    let (counting, waiting) = (Arc::clone(&seen), Arc::clone(&gate));
    let tell = move |said| {
        if matches!(said, Said::Line { .. }) && counting.fetch_add(1, Ordering::SeqCst) > 1_000 {
            drop(waiting.lock());
        }
    };
    let supervised = Supervised::start(&grove.supervisor, grove.launch(&["yes", "a flood of lines"]), tell).expect("it runs");
    let until = Instant::now() + DEADLINE;
    while seen.load(Ordering::SeqCst) <= 1_000 {
        assert!(Instant::now() < until, "lines come");
    }
    // All buffers are full when the program's processor time stands still.
    let time = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", supervised.pid())).expect("it runs");
        stat.split(' ').skip(13).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut before = time();
    loop {
        std::thread::sleep(Duration::from_millis(200));
        let now = time();
        if now == before {
            break;
        }
        assert!(Instant::now() < until, "it is made to wait");
        before = now;
    }
    let memory: u64 = grove
        .living()
        .into_iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/statm")).ok()?.split(' ').nth(1)?.parse::<u64>().ok())
        .sum();
    assert!(memory * 4096 < 64 * 1024 * 1024, "{memory} pages are in use");
    let since = Instant::now();
    supervised.stop();
    assert!(since.elapsed() < common::limit(), "it took {:?} although nobody reads", since.elapsed());
    assert_eq!(grove.living(), [0; 0]);
    drop(held);
}

#[test]
fn lines_are_bounded_and_unfinished_ones_come_too() {
    let grove = Grove::new();
    let script = "head -c 20000 /dev/zero | tr '\\0' x; echo; printf 'Password: '; sleep 60";
    let (_supervised, said) = grove.start(&shell(script)).expect("it runs");
    let mut told = Vec::new();
    wait_for(&said, |said| {
        let Said::Line { text, .. } = said else { return None };
        told.push(text.clone());
        (text == "Password: ").then_some(())
    });
    told.pop();
    assert_eq!(told.iter().map(String::len).collect::<Vec<_>>(), [LINE_BYTES, LINE_BYTES, 20_000 - 2 * LINE_BYTES]);
}

#[test]
fn it_may_be_stopped_from_where_it_is_told() {
    let grove = Grove::new();
    let slot = Arc::new(Mutex::new(None::<Supervised>));
    let (sender, said) = channel();
    let own = Arc::clone(&slot);
    let tell = move |told| {
        if matches!(&told, Said::Line { text, .. } if text == "stop") {
            let until = Instant::now() + DEADLINE;
            while own.lock().expect("a lock").is_none() && Instant::now() < until {}
            drop(own.lock().expect("a lock").take());
        }
        drop(sender.send(told));
    };
    let supervised = Supervised::start(&grove.supervisor, grove.launch(&shell("echo stop; sleep 60")), tell).expect("it runs");
    *slot.lock().expect("a lock") = Some(supervised);
    assert!(matches!(all(&said).last(), Some(Said::Ended { signal: Some(15), .. })));
    assert_eq!(grove.living(), [0; 0]);
}

#[test]
fn a_sweep_leaves_other_trees_alone() {
    let (ours, other) = (Grove::new(), Grove::new());
    let (_supervised, said) = other.start(&other.hostile(&["plain"])).expect("it runs");
    wait_for(&said, |said| matches!(said, Said::Line { .. }).then_some(()));
    let before = other.living().len();
    assert_eq!(sweep(&ours.tag), 0);
    assert_eq!((sweep(""), sweep("*"), sweep(&other.tag[..other.tag.len() - 1])), (0, 0, 0));
    assert_eq!(other.living().len(), before);
}
