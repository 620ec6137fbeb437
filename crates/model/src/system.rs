//! What the process asks of the system: to end with its parent, to keep its stdout to itself, how much memory it takes, what else runs.

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

/// Processors of this computer; `None` where nobody says.
pub fn processors() -> Option<u32> {
    #[cfg(target_os = "linux")]
    {
        let all = nix::unistd::sysconf(nix::unistd::SysconfVar::_NPROCESSORS_ONLN).ok()??;
        u32::try_from(all).ok()
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Threads of other processes that run or wait for a core right now; `None` where nobody says.
pub fn others_running() -> Option<u32> {
    #[cfg(target_os = "linux")]
    {
        // `0.20 0.18 0.12 3/1080 4711`: the numbers before and after the stroke are of threads (proc_loadavg(5)).
        let load = std::fs::read_to_string("/proc/loadavg").ok()?;
        let all: u32 = load.split_whitespace().nth(3)?.split('/').next()?.parse().ok()?;
        let own = std::fs::read_dir("/proc/self/task").ok()?.flatten().filter(|task| runs(&task.path())).count();
        Some(all.saturating_sub(u32::try_from(own).unwrap_or(u32::MAX)))
    }
    #[cfg(not(target_os = "linux"))]
    None
}

#[cfg(target_os = "linux")]
fn runs(task: &std::path::Path) -> bool {
    // `4711 (a name) R …`: the name may hold anything but ends with the last bracket.
    std::fs::read_to_string(task.join("stat")).is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('R')))
}
