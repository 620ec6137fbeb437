//! What the process asks of the system: to end with its parent, to keep its stdout to itself, how much memory it takes.

use std::{fs::File, io};

#[cfg(any(target_os = "linux", target_os = "android"))]
use lectern_llm::embedded::protocol::PARENT;

/// Nobody is left who could ask or listen: ends at once, whatever is being computed.
pub fn gone() -> ! {
    // SAFETY: nothing of this process is worth tidying up, and what tidies up would run while other threads compute.
    #[cfg(unix)]
    unsafe {
        nix::libc::_exit(0)
    };
    #[cfg(not(unix))]
    std::process::exit(0)
}

/// Keeps stdout for answers: what anything else prints there goes nowhere.
pub fn take_stdout() -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let answers = io::stdout().as_fd().try_clone_to_owned()?;
        nix::unistd::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
        Ok(answers.into())
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle;
        Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
    }
}

/// Where the system can, it ends this process with its parent, even in the middle of computing, and rather than its parent where memory runs
/// out. `false` when the parent is gone already.
pub fn belong_to_parent() -> bool {
    // A crash leaves no file with what was being read.
    #[cfg(unix)]
    let _ = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let _ = std::fs::write("/proc/self/oom_score_adj", "800");
        let _ = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL);
        let parent = std::env::var(PARENT).ok().and_then(|id| id.parse::<i32>().ok());
        parent.is_none_or(|parent| nix::unistd::getppid().as_raw() == parent)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    true
}

/// Bytes of memory that this process takes; the most it took, where only that is known.
pub fn resident() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse::<u64>().ok()?;
        Some(kilobytes * 1024)
    }
    #[cfg(all(unix, not(target_os = "linux")))]
    {
        let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF).ok()?;
        u64::try_from(usage.max_rss()).ok().map(|size| if cfg!(target_vendor = "apple") { size } else { size * 1024 })
    }
    #[cfg(not(unix))]
    None
}
