//! One window for each data folder: a second start hands its path to the first and ends.
//!
//! A lock file decides who is first; a local socket beside it carries the path. Neither needs a session bus, and both are
//! the data folder's own, so that two folders can have a window each.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use interprocess::local_socket::{GenericFilePath, GenericNamespaced, ListenerOptions, Name, NameType, Stream, prelude::*};
use serde::{Deserialize, Serialize};

use lectern_store::private_file;

use crate::{data_dir::DataDir, view::OpenRequest};

/// What a second start tells the first.
#[derive(Debug, Serialize, Deserialize)]
struct Message {
    /// The folder to open; `None` only asks for the window to come forward.
    path: Option<String>,
}

/// How long a second start waits for the first to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Proof of being the only window of a data folder.
#[derive(Debug)]
pub struct Instance {
    _lock: File,
    name: PathBuf,
}

/// The answer to [`Instance::claim`].
#[derive(Debug)]
pub enum Claim {
    /// This process is the window.
    First(Instance),
    /// Another process is; it was told.
    Handed,
}

impl Instance {
    /// Becomes the window of this data folder, or hands `path` (absolute) to the process that is.
    ///
    /// # Errors
    /// When the lock can't be made, or the window that exists does not answer within five seconds.
    pub fn claim(data: &DataDir, path: Option<&str>) -> io::Result<Claim> {
        let lock = private_file().open(data.run().join("window.lock"))?;
        if lock.try_lock().is_ok() {
            return Ok(Claim::First(Self { _lock: lock, name: socket_path(data) }));
        }
        hand_over(data, path)?;
        Ok(Claim::Handed)
    }

    /// Listens for later starts on a thread of its own, until the process ends.
    ///
    /// # Errors
    /// When the socket can't be made; the window works without it, and a second start then fails with a message.
    pub fn listen(&self, on_request: impl Fn(Option<OpenRequest>) + Send + 'static) -> io::Result<()> {
        // The lock says nobody else listens, so what is there is a leftover.
        let _ = std::fs::remove_file(&self.name);
        let listener = ListenerOptions::new().name(name_of(&self.name)?).create_sync()?;
        thread::Builder::new().name("instance".to_owned()).spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else {
                    // No file handles left, perhaps: try again, but not in a tight loop.
                    thread::sleep(Duration::from_millis(200));
                    continue;
                };
                // One that connects and says nothing must not keep the next start waiting.
                if stream.set_recv_timeout(Some(Duration::from_secs(1))).is_err() {
                    continue;
                }
                let mut line = String::new();
                let mut reader = BufReader::new(stream);
                if io::Read::take(&mut reader, 64 * 1024).read_line(&mut line).is_err() {
                    continue;
                }
                let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
                let _ = reader.get_mut().write_all(b"ok\n");
                on_request(message.path.map(|path| OpenRequest { path }));
            }
        })?;
        Ok(())
    }
}

/// Asks the window of this data folder to open `path`, if there is one. Returns whether there was.
pub fn hand_to_running(data: &DataDir, path: Option<&str>) -> bool {
    let Ok(lock) = OpenOptions::new().write(true).open(data.run().join("window.lock")) else { return false };
    if lock.try_lock().is_ok() {
        return false;
    }
    hand_over(data, path).is_ok()
}

fn hand_over(data: &DataDir, path: Option<&str>) -> io::Result<()> {
    let message = Message { path: path.map(str::to_owned) };
    let mut last = io::Error::other("the window did not answer");
    let deadline = Instant::now() + PATIENCE;
    // The other process may have its lock but not yet its socket.
    while let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        match try_hand_over(data, &message, left) {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
        thread::sleep(Duration::from_millis(100).min(left));
    }
    Err(last)
}

fn try_hand_over(data: &DataDir, message: &Message, patience: Duration) -> io::Result<()> {
    let mut stream = Stream::connect(name_of(&socket_path(data))?)?;
    stream.set_recv_timeout(Some(patience))?;
    stream.set_send_timeout(Some(patience))?;
    let mut line = serde_json::to_string(message).map_err(io::Error::other)?;
    line.push('\n');
    stream.write_all(line.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    if answer == "ok\n" { Ok(()) } else { Err(io::Error::other("the window did not answer")) }
}

/// A socket's path may have a hundred bytes or so; the data folder may be deeper than that.
fn socket_path(data: &DataDir) -> PathBuf {
    let beside = data.run().join("window.sock");
    if beside.as_os_str().len() < 100 {
        return beside;
    }
    // Never a folder that other users can write: they could listen there first.
    dirs::runtime_dir().map_or(beside, |runtime| runtime.join(format!("lectern-{}.sock", data.scope())))
}

fn name_of(path: &std::path::Path) -> io::Result<Name<'_>> {
    if GenericFilePath::is_supported() { path.to_fs_name::<GenericFilePath>() } else { path.as_os_str().to_ns_name::<GenericNamespaced>() }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_second_start_hands_its_path_to_the_first() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let data = DataDir::open(dir.path()).expect("a data folder");
        assert!(!hand_to_running(&data, Some("/code/ferry")), "nobody is there yet");
        let Claim::First(first) = Instance::claim(&data, None).expect("a claim") else { panic!("the first start is the window") };
        let (sender, receiver) = mpsc::channel();
        first.listen(move |request| sender.send(request.map(|request| request.path)).expect("the test waits")).expect("a socket");
        assert!(matches!(Instance::claim(&data, Some("/code/ferry")).expect("a claim"), Claim::Handed));
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5)).expect("a request"), Some("/code/ferry".to_owned()));
        assert!(hand_to_running(&data, None));
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5)).expect("a request"), None);
        // Somebody connects and says nothing.
        let _silent = Stream::connect(name_of(&socket_path(&data)).expect("a name")).expect("a connection");
        assert!(hand_to_running(&data, Some("/code/second")), "a silent client does not block the next start");
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5)).expect("a request"), Some("/code/second".to_owned()));
        let other = tempfile::tempdir().expect("a temporary folder");
        let other = DataDir::open(other.path()).expect("a data folder");
        assert!(matches!(Instance::claim(&other, None).expect("a claim"), Claim::First(_)), "another data folder has a window of its own");
    }

    #[test]
    fn the_data_folder_is_closed_to_others() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let data = DataDir::open(&dir.path().join("deep/lectern")).expect("a data folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for path in [data.path().to_owned(), data.run()] {
                assert_eq!(std::fs::metadata(&path).expect("it exists").permissions().mode() & 0o777, 0o700);
            }
        }
        assert!(data.run().is_dir());
    }
}
