//! Whatever is killed, and whatever the program does against it, nothing of it is left two seconds later.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use common::{Grove, Random, are_closed, limit, sockets, wait_for};
use lectern_supervise::{Said, sweep};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// What is run, again and again.
const SHAPES: &[&[&str]] = &[
    &["plain", "session", "detached"],
    &["deaf", "deaf+session", "deaf+detached", "detached+listening"],
    &["deaf+detached+listening", "listening+silent"],
    &["forking"],
    &["forking-sessions", "deaf+detached"],
    &["breeding", "session+listening"],
    &["deep+deaf+detached", "deep"],
    &["cleared+listening", "deaf+listening"],
    &["deaf+detached+silent+listening", "forking", "cleared+listening", "breeding", "plain+session"],
];

const TESTS: usize = 8;

/// How often each test kills: so that all of them together come to what is asked for, or to the few that every run has time for.
fn rounds() -> usize {
    let asked = std::env::var("LECTERN_SOAK_COUNT").ok().and_then(|count| count.parse::<usize>().ok());
    asked.unwrap_or(TESTS * SHAPES.len()).div_ceil(TESTS)
}

/// The stand-in for the app, in a process of its own.
struct App {
    child: Child,
    lines: Receiver<String>,
    outer: Option<Pid>,
    ports: Vec<SocketAddr>,
}

impl App {
    fn start(grove: &Grove, shapes: &[&str]) -> Self {
        let mut child = grove.app(&grove.hostile(shapes)).stdout(Stdio::piped()).spawn().expect("the examples are built with the tests");
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, outer: None, ports: Vec::new() }
    }

    /// Until the tree stands, and as many ports are known as it has.
    fn wait(&mut self, shapes: &[&str]) {
        let expected = shapes.iter().filter(|shape| shape.contains("listening")).count();
        let mut is_ready = false;
        while !is_ready || self.ports.len() < expected || self.outer.is_none() {
            let line = self.lines.recv_timeout(common::DEADLINE).expect("the tree stands");
            if let Some(pid) = line.strip_prefix("supervisor ") {
                self.outer = Some(Pid::from_raw(pid.parse().expect("a number")));
                continue;
            }
            match serde_json::from_str(&line).expect("something is told") {
                Said::Line { text, .. } if text == "ready" => is_ready = true,
                Said::Listening(ports) => self.ports = ports,
                Said::Ended { code, signal } => panic!("it ended by itself: {code:?}, {signal:?}"),
                _ => {}
            }
        }
    }

    fn outer(&self) -> Pid {
        self.outer.expect("a supervisor")
    }

    fn inner(&self) -> Pid {
        inner_of(self.outer())
    }

    fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process within the supervisor.
fn inner_of(outer: Pid) -> Pid {
    let children = fs::read_to_string(format!("/proc/{outer}/task/{outer}/children")).expect("it has a child");
    Pid::from_raw(children.split_whitespace().next().expect("it has a child").parse().expect("a number"))
}

fn send(pid: Pid, signal: Signal) {
    kill(pid, signal).expect("it is there");
}

/// Kills as often as asked, and looks each time at what is left.
fn again_and_again(what: &str, shapes: &[&'static [&'static str]], mut way: impl FnMut(&mut App, &Grove, &mut Random)) {
    let (mut random, mut slowest) = (Random(0x5eed + what.len() as u64), Duration::ZERO);
    let rounds = rounds();
    for round in 0..rounds {
        let grove = Grove::new();
        let shapes = shapes[(round + what.len()) % shapes.len()];
        let mut app = App::start(&grove, shapes);
        app.wait(shapes);
        let (ports, held) = (app.ports.clone(), sockets(&app.ports));
        assert_eq!(held.len(), ports.len(), "{ports:?} are held");
        thread::sleep(Duration::from_micros(random.below(20_000) as u64));
        let since = Instant::now();
        way(&mut app, &grove, &mut random);
        // The stand-in has done what it has to when nothing but itself is left; it has no part in the rest.
        until_only(&grove, app.child.id() as i32, since, &format!("{what}, round {round}, {shapes:?}"));
        drop(app);
        slowest = slowest.max(grove.end(since, what));
        assert!(are_closed(&held), "{what}, round {round}: a port of {ports:?} is held");
    }
    println!("{what}: {rounds} kills, no survivor and no port held; the slowest took {} ms", slowest.as_millis());
}

/// Waits until nothing lives but the app.
fn until_only(grove: &Grove, app: i32, since: Instant, what: &str) {
    let mut empty = 0;
    while empty < 3 {
        let left: Vec<i32> = grove.living().into_iter().filter(|pid| *pid != app).collect();
        empty = if left.is_empty() { empty + 1 } else { 0 };
        assert!(since.elapsed() < limit() || empty > 0, "{what}: after {:?} there still is {}", limit(), grove.describe(&left));
    }
}

#[test]
fn a_stop_leaves_nothing() {
    let (rounds, mut slowest) = (rounds(), Duration::ZERO);
    for round in 0..rounds {
        let grove = Grove::new();
        let shapes = SHAPES[round % SHAPES.len()];
        let (supervised, said) = grove.start(&grove.hostile(shapes)).expect("it runs");
        let (mut is_ready, mut ports) = (false, Vec::new());
        let expected = shapes.iter().filter(|shape| shape.contains("listening")).count();
        wait_for(&said, |said| {
            match said {
                Said::Line { text, .. } => is_ready |= text == "ready",
                Said::Listening(found) => ports.clone_from(found),
                Said::Ended { .. } => panic!("it ended by itself"),
                Said::Started { .. } => {}
            }
            (is_ready && ports.len() == expected).then_some(())
        });
        let held = sockets(&ports);
        assert_eq!(held.len(), ports.len(), "{ports:?} are held");
        let since = Instant::now();
        if round % 2 == 0 {
            supervised.stop();
            let took = since.elapsed();
            assert!(took < limit(), "round {round}, {shapes:?}: it took {took:?}");
        } else {
            drop(supervised);
        }
        slowest = slowest.max(since.elapsed());
        // At once: that is what stopping promises.
        for _ in 0..3 {
            let left = grove.living();
            assert!(left.is_empty(), "round {round}, {shapes:?}: there still is {}", grove.describe(&left));
        }
        assert!(are_closed(&held), "round {round}, {shapes:?}: a port of {ports:?} is held");
        wait_for(&said, |said| matches!(said, Said::Ended { .. }).then_some(()));
    }
    println!("stop and drop: {rounds} kills, no survivor and no port held when it returned; the slowest took {} ms", slowest.as_millis());
}

#[test]
fn the_death_of_the_app_leaves_nothing() {
    again_and_again("SIGKILL of the app", SHAPES, |app, _, _| app.kill());
}

#[test]
fn the_death_of_the_app_at_any_moment_of_the_start_leaves_nothing() {
    let (rounds, mut random) = (rounds(), Random(77));
    for round in 0..rounds {
        let grove = Grove::new();
        let mut app = App::start(&grove, SHAPES[round % SHAPES.len()]);
        thread::sleep(Duration::from_micros(random.below(30_000) as u64));
        app.kill();
        grove.end(Instant::now(), &format!("killed while it starts, round {round}"));
    }
    println!("SIGKILL of the app while it starts: {rounds} kills, no survivor");
}

#[test]
fn a_signal_to_the_supervisor_leaves_nothing() {
    again_and_again("SIGTERM, SIGINT or SIGHUP of the supervisor", SHAPES, |app, _, random| {
        let signal = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP][random.below(3)];
        send(if random.below(2) == 0 { app.outer() } else { app.inner() }, signal);
    });
}

#[test]
fn the_death_of_one_supervising_process_leaves_nothing() {
    again_and_again("SIGKILL of one supervising process", SHAPES, |app, _, random| {
        send(if random.below(2) == 0 { app.inner() } else { app.outer() }, Signal::SIGKILL);
    });
}

/// What the app, which outlives both supervising processes, ends by what it saw: all but what is never the same for two moments and leaves the group.
const SEEN: &[&[&str]] = &[
    &["plain", "session", "detached"],
    &["deaf", "deaf+session", "deaf+detached", "detached+listening"],
    &["forking"],
    &["cleared+listening", "deaf+listening"],
    &["deep+deaf+detached", "deaf+detached+listening"],
    &["breeding", "deaf+detached+silent+listening"],
];

/// What is found by its mark alone, later.
const MARKED: &[&[&str]] = &[
    &["plain", "session", "detached"],
    &["deaf", "deaf+session", "deaf+detached", "detached+listening"],
    &["deep+deaf+detached", "deaf+detached+listening"],
    &["breeding", "deaf+detached+silent+listening"],
];

#[test]
fn the_death_of_both_supervising_processes_leaves_nothing_while_the_app_lives() {
    again_and_again("SIGKILL of both supervising processes", SEEN, |app, _, _| {
        // Stopped first, so that neither has time to do anything.
        let both = [app.outer(), app.inner()];
        both.iter().for_each(|pid| send(*pid, Signal::SIGSTOP));
        both.iter().for_each(|pid| send(*pid, Signal::SIGKILL));
    });
}

#[test]
fn the_death_of_app_and_supervisors_leaves_nothing_after_a_sweep() {
    again_and_again("SIGKILL of the app and both supervising processes, then a sweep", MARKED, |app, grove, _| {
        let both = [app.outer(), app.inner()];
        both.iter().for_each(|pid| send(*pid, Signal::SIGSTOP));
        app.kill();
        both.iter().for_each(|pid| send(*pid, Signal::SIGKILL));
        assert!(sweep(&grove.tag) > 0, "something was left to be swept");
    });
}

#[test]
fn a_supervising_process_that_stands_still_saves_nothing() {
    again_and_again("SIGSTOP of a supervising process, then SIGKILL of the app", SHAPES, |app, _, random| {
        // An inner one that is stopped is killed by the outer one; while the outer one is, the inner one does everything.
        let stopped = if random.below(2) == 0 { app.inner() } else { app.outer() };
        send(stopped, Signal::SIGSTOP);
        app.kill();
        if stopped == app.outer() {
            // It can't even end while it is stopped; that it goes on is nothing the others need.
            thread::sleep(Duration::from_millis(700));
            send(stopped, Signal::SIGCONT);
        }
    });
}

#[test]
fn a_stop_ends_everything_even_when_all_that_supervises_stands_still() {
    let grove = Grove::new();
    let (supervised, said) = grove.start(&grove.hostile(&["deaf+detached+listening", "forking"])).expect("it runs");
    let ports = wait_for(&said, |said| if let Said::Listening(ports) = said { Some(ports.clone()) } else { None });
    let held = sockets(&ports);
    let outer = Pid::from_raw(supervised.supervisor_pid() as i32);
    send(outer, Signal::SIGSTOP);
    send(inner_of(outer), Signal::SIGSTOP);
    let since = Instant::now();
    supervised.stop();
    grove.end(since, "both stand still");
    assert!(are_closed(&held), "a port of {ports:?} is held");
}
