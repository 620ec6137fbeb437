//! What a process becomes: a program, its arguments and its environment, ready to be executed without taking memory.

use std::{
    collections::BTreeMap,
    ffi::{CString, OsString, c_char},
    io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::Path,
    ptr,
};

use nix::{errno::Errno, libc};

/// A program, its arguments and its environment.
#[derive(Debug)]
pub(crate) struct Image {
    program: CString,
    arguments: Strings,
    environment: Strings,
}

/// Strings as the system takes them. The pointers lead into the heap, which moving this doesn't move.
#[derive(Debug)]
struct Strings {
    pointers: Vec<*const c_char>,
    _held: Vec<CString>,
}

// SAFETY: nothing is changed after it is made, and the pointers lead to what it holds itself.
unsafe impl Send for Image {}
// SAFETY: as above.
unsafe impl Sync for Image {}

impl Image {
    /// Of variables with the same name, the last counts.
    ///
    /// # Errors
    /// When something holds a NUL.
    pub fn new(program: &Path, words: &[String], variables: Vec<(OsString, OsString)>) -> io::Result<Self> {
        let words = words.iter().map(|word| word.clone().into_bytes()).collect();
        let variables: BTreeMap<OsString, OsString> = variables.into_iter().collect();
        let joined = variables.into_iter().map(|(name, value)| [name.into_vec(), value.into_vec()].join(&b'=')).collect();
        Ok(Self {
            program: CString::new(program.as_os_str().as_bytes())?,
            arguments: Strings::new(words)?,
            environment: Strings::new(joined)?,
        })
    }

    /// Makes this process that program. Comes back when it can't be executed. Other than `execvp`, which is what `std` calls, it gives
    /// a file that the system can't execute to no shell.
    pub fn execute(&self) -> io::Error {
        // SAFETY: all of it ends with NUL, the lists with a null pointer.
        unsafe { libc::execve(self.program.as_ptr(), self.arguments.pointers.as_ptr(), self.environment.pointers.as_ptr()) };
        Errno::last().into()
    }
}

impl Strings {
    fn new(strings: Vec<Vec<u8>>) -> io::Result<Self> {
        let held = strings.into_iter().map(CString::new).collect::<Result<Vec<_>, _>>()?;
        let pointers = held.iter().map(|string| string.as_ptr()).chain([ptr::null()]).collect();
        Ok(Self { pointers, _held: held })
    }
}
