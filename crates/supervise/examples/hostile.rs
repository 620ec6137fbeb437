//! A program that does not want to end, for tests: `hostile TAG SHAPE …` grows one branch for each shape, prints `ready` when all of them stand, and waits.
//! TAG stands on the command line of each of its processes, so that they can be found whatever else they get rid of.

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::{
        env, fs,
        net::TcpListener,
        os::unix::process::CommandExt,
        process::{Command, exit},
        thread,
        time::Duration,
    };

    use nix::{
        sys::{
            signal::{SigHandler, Signal, signal},
            wait::waitpid,
        },
        unistd::{ForkResult, fork, pipe, read, setsid, write},
    };

    pub fn main() {
        let words: Vec<String> = env::args().collect();
        let shapes = &words[2..];
        if shapes.first().is_some_and(|shape| shape == "cleared-again") {
            grow("detached+deaf+listening");
            return;
        }
        for shape in shapes {
            branch(shape, &words[1]);
        }
        println!("ready");
        wait();
    }

    /// Starts a branch and waits until it stands.
    fn branch(shape: &str, tag: &str) {
        let (standing, told) = pipe().expect("a pipe");
        if is_child() {
            drop(standing);
            match shape {
                "cleared+listening" => {
                    // SAFETY: one thread.
                    let _ = write(&told, b".");
                    let again = Command::new(env::current_exe().expect("a file")).args([tag, "cleared-again"]).env_clear().exec();
                    panic!("{again}");
                }
                "forking" => {
                    let _ = write(&told, b".");
                    drop(told);
                    comet(false);
                }
                "forking-sessions" => {
                    let _ = write(&told, b".");
                    drop(told);
                    deaf();
                    comet(true);
                }
                "breeding" => {
                    let _ = write(&told, b".");
                    drop(told);
                    breed();
                }
                shape => {
                    prepare(shape);
                    let _ = write(&told, b".");
                    drop(told);
                    wait();
                }
            }
            exit(0);
        }
        drop(told);
        let mut byte = [0];
        let _ = read(&standing, &mut byte);
    }

    fn grow(shape: &str) {
        prepare(shape);
        wait();
    }

    /// What a process becomes, part by part.
    fn prepare(shape: &str) {
        for part in shape.split('+') {
            match part {
                "plain" => {}
                "session" => {
                    setsid().ok();
                }
                "deaf" => deaf(),
                // A session of its own, and an end of each that could be known as its parent.
                "detached" => {
                    if !is_child() {
                        exit(0);
                    }
                    setsid().ok();
                    if !is_child() {
                        exit(0);
                    }
                }
                "listening" => {
                    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
                    std::mem::forget(listener);
                }
                "silent" => {
                    let nowhere = fs::File::options().read(true).write(true).open("/dev/null").expect("opens");
                    nix::unistd::dup2_stdout(&nowhere).expect("stdout");
                    nix::unistd::dup2_stderr(&nowhere).expect("stderr");
                }
                "deep" => {
                    for _ in 0..20 {
                        if !is_child() {
                            wait();
                        }
                    }
                }
                other => panic!("there is no shape {other}"),
            }
        }
    }

    fn deaf() {
        for number in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGUSR1] {
            // SAFETY: to ignore a signal calls nothing.
            unsafe { signal(number, SigHandler::SigIgn) }.expect("ignored");
        }
    }

    /// Never the same process for long: each starts the next and ends.
    fn comet(in_sessions: bool) {
        // Not for ever, should everything that has to end it fail.
        for _ in 0..200_000 {
            if !is_child() {
                exit(0);
            }
            if in_sessions {
                setsid().ok();
            }
        }
    }

    /// Children one after the other, 16 at a time, each of which has one too.
    fn breed() {
        for _ in 0..20_000 {
            let mut children = Vec::new();
            for _ in 0..16 {
                // SAFETY: one thread.
                match unsafe { fork() } {
                    Ok(ForkResult::Parent { child }) => children.push(child),
                    Ok(ForkResult::Child) => {
                        is_child();
                        thread::sleep(Duration::from_millis(5));
                        exit(0);
                    }
                    Err(_) => {}
                }
            }
            for child in children {
                let _ = waitpid(child, None);
            }
        }
    }

    fn is_child() -> bool {
        // SAFETY: one thread.
        matches!(unsafe { fork() }, Ok(ForkResult::Child))
    }

    /// Long, but not for ever, should everything that has to end it fail.
    fn wait() -> ! {
        thread::sleep(Duration::from_secs(300));
        exit(0)
    }
}
