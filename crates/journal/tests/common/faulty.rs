//! The real disk, on which any step can be made to fail, to stop, or to meet somebody else's.
#![allow(dead_code, missing_docs, reason = "each test file uses a part")]

use std::{
    fs::File,
    io,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_journal::{Disk, RealDisk, RelPath, Root, Stat};

pub const ENOSPC: i32 = 28;
pub const EACCES: i32 = 13;
pub const EIO: i32 = 5;
const EINVAL: i32 = 22;

/// What a test disk does at its n-th step.
pub enum Fault {
    /// Nothing; steps are counted.
    Count,
    /// Ends everything there, in the middle of a write if it is one.
    Kill(usize),
    /// That step fails, those after it don't.
    Once(usize, i32),
    /// That step fails and everything that writes after it.
    From(usize, i32),
    /// Does something else first.
    Do(usize, Box<dyn Fn() + Send + Sync>),
    /// Does something in the middle of it: for what never returns.
    Halfway(usize, Box<dyn Fn() + Send + Sync>),
    /// Does something else first, and ends everything so many steps later.
    DoThenKill(usize, usize, Box<dyn Fn() + Send + Sync>),
}

/// The real disk with a fault.
pub struct FaultDisk {
    pub fault: Mutex<Fault>,
    step: Mutex<usize>,
    /// Reads are steps too; a kill at a read is the same as one at the write before it.
    pub count_reads: AtomicBool,
    /// As on a file system that can't swap two names in one step.
    pub no_exchange: AtomicBool,
    /// Lets every file look old enough for its stat to be trusted.
    pub later: AtomicBool,
}

/// What a killed journal panics with.
pub struct Killed;

impl FaultDisk {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            fault: Mutex::new(Fault::Count),
            step: Mutex::default(),
            count_reads: AtomicBool::new(false),
            no_exchange: AtomicBool::new(false),
            later: AtomicBool::new(false),
        })
    }

    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = fault;
        *self.step.lock().expect("not poisoned") = 0;
    }

    pub fn steps(&self) -> usize {
        *self.step.lock().expect("not poisoned")
    }

    fn read(&self) -> io::Result<()> {
        if self.count_reads.load(Ordering::Relaxed) { self.at(true, &mut || {}) } else { Ok(()) }
    }

    fn write_step(&self) -> io::Result<()> {
        self.at(false, &mut || {})
    }

    fn at(&self, reads: bool, half: &mut dyn FnMut()) -> io::Result<()> {
        let step = {
            let mut step = self.step.lock().expect("not poisoned");
            *step += 1;
            *step
        };
        let fault = self.fault.lock().expect("not poisoned");
        match &*fault {
            Fault::Kill(at) if step == *at => {
                drop(fault);
                half();
                std::panic::resume_unwind(Box::new(Killed));
            }
            Fault::Once(at, errno) if step == *at => {
                half();
                Err(io::Error::from_raw_os_error(*errno))
            }
            Fault::From(at, errno) if step == *at || (step > *at && !reads) => Err(io::Error::from_raw_os_error(*errno)),
            Fault::DoThenKill(at, later, _) if step == at + later => {
                drop(fault);
                half();
                std::panic::resume_unwind(Box::new(Killed));
            }
            Fault::Halfway(at, what) if step == *at => {
                half();
                what();
                Ok(())
            }
            Fault::Do(at, what) | Fault::DoThenKill(at, _, what) if step == *at => {
                what();
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Disk for FaultDisk {
    fn now(&self) -> i64 {
        RealDisk.now() + if self.later.load(Ordering::Relaxed) { 3_600_000_000_000 } else { 0 }
    }
    fn open_root(&self, path: &Path) -> io::Result<Root> {
        RealDisk.open_root(path)
    }
    fn stat(&self, root: &Root, path: &RelPath) -> io::Result<Option<Stat>> {
        self.read()?;
        RealDisk.stat(root, path)
    }
    fn list(&self, root: &Root, path: &RelPath) -> io::Result<Vec<Vec<u8>>> {
        self.read()?;
        RealDisk.list(root, path)
    }
    fn open(&self, root: &Root, path: &RelPath) -> io::Result<File> {
        self.read()?;
        RealDisk.open(root, path)
    }
    fn stat_open(&self, file: &File) -> io::Result<Stat> {
        RealDisk.stat_open(file)
    }
    fn read_link(&self, root: &Root, path: &RelPath) -> io::Result<Vec<u8>> {
        self.read()?;
        RealDisk.read_link(root, path)
    }
    fn is_writable(&self, root: &Root, path: &RelPath) -> io::Result<bool> {
        RealDisk.is_writable(root, path)
    }
    fn free_bytes(&self, root: &Root) -> io::Result<u64> {
        RealDisk.free_bytes(root)
    }
    fn create(&self, root: &Root, path: &RelPath, executable: bool) -> io::Result<File> {
        self.write_step()?;
        RealDisk.create(root, path, executable)
    }
    fn open_for_writing(&self, root: &Root, path: &RelPath) -> io::Result<File> {
        self.write_step()?;
        RealDisk.open_for_writing(root, path)
    }
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.at(false, &mut || _ = RealDisk.write(&mut file.try_clone().expect("cloned"), &bytes[..bytes.len() / 2]))?;
        RealDisk.write(file, bytes)
    }
    fn truncate(&self, file: &File, size: u64) -> io::Result<()> {
        self.write_step()?;
        RealDisk.truncate(file, size)
    }
    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        self.write_step()?;
        RealDisk.set_mode(file, mode)
    }
    fn sync(&self, file: &File) -> io::Result<()> {
        self.write_step()?;
        let _ = file;
        Ok(())
    }
    fn sync_directory(&self, _: &Root, _: &RelPath) -> io::Result<()> {
        self.write_step()
    }
    fn sync_everything(&self, _: &Root) -> io::Result<bool> {
        self.write_step()?;
        Ok(true)
    }
    fn make_symlink(&self, root: &Root, path: &RelPath, target: &[u8]) -> io::Result<()> {
        self.write_step()?;
        RealDisk.make_symlink(root, path, target)
    }
    fn make_directory(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        self.write_step()?;
        RealDisk.make_directory(root, path)
    }
    fn set_directory_mode(&self, root: &Root, path: &RelPath, mode: u32) -> io::Result<()> {
        self.write_step()?;
        RealDisk.set_directory_mode(root, path, mode)
    }
    fn remove_directory(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        self.write_step()?;
        RealDisk.remove_directory(root, path)
    }
    fn remove_file(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        self.write_step()?;
        RealDisk.remove_file(root, path)
    }
    fn exchange(&self, root: &Root, one: &RelPath, other: &RelPath) -> io::Result<()> {
        self.write_step()?;
        if self.no_exchange.load(Ordering::Relaxed) {
            return Err(io::Error::from_raw_os_error(EINVAL));
        }
        RealDisk.exchange(root, one, other)
    }
    fn rename_to_free(&self, root: &Root, from: &RelPath, to: &RelPath) -> io::Result<()> {
        self.write_step()?;
        RealDisk.rename_to_free(root, from, to)
    }
}
