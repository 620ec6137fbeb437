//! What this computer can do for a model: its processor, its memory.

use std::thread;
#[cfg(target_os = "linux")]
use std::{collections::BTreeSet, fs};

/// Why the embedded engine can't run on this processor, in plain words; `None` when it can.
///
/// llama.cpp is compiled for processors that have these instructions (`.cargo/config.toml`); on another it would crash.
pub fn processor_problem() -> Option<String> {
    let missing = missing_features();
    (!missing.is_empty()).then(|| {
        format!(
            "this computer's processor is too old for the embedded model: it lacks {}. Models on a server still work",
            missing.join(", ")
        )
    })
}

#[cfg(target_arch = "x86_64")]
fn missing_features() -> Vec<&'static str> {
    let features = [
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
        ("FMA", std::arch::is_x86_feature_detected!("fma")),
        ("F16C", std::arch::is_x86_feature_detected!("f16c")),
        ("BMI2", std::arch::is_x86_feature_detected!("bmi2")),
    ];
    features.into_iter().filter_map(|(name, there)| (!there).then_some(name)).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn missing_features() -> Vec<&'static str> {
    Vec::new()
}

/// Cores that compute side by side and that this process may use; at least 1. Two threads of one core count once: they share what a model needs.
pub fn physical_cores() -> usize {
    let allowed = thread::available_parallelism().map_or(1, usize::from);
    counted_cores().unwrap_or_else(|| if cfg!(windows) { allowed.div_ceil(2) } else { allowed }).clamp(1, allowed)
}

#[cfg(target_os = "linux")]
fn counted_cores() -> Option<usize> {
    let mut cores = BTreeSet::new();
    for entry in fs::read_dir("/sys/devices/system/cpu").ok()?.flatten() {
        let name = entry.file_name();
        let is_cpu = name.to_str().and_then(|name| name.strip_prefix("cpu")).is_some_and(|number| number.parse::<u32>().is_ok());
        // A core that is switched off has no topology.
        if let (true, Ok(siblings)) = (is_cpu, fs::read_to_string(entry.path().join("topology/thread_siblings_list"))) {
            cores.insert(siblings);
        }
    }
    (!cores.is_empty()).then_some(cores.len())
}

#[cfg(target_os = "macos")]
fn counted_cores() -> Option<usize> {
    // The fast ones only: the slow ones hold the others up.
    system_number("hw.perflevel0.physicalcpu").or_else(|| system_number("hw.physicalcpu")).and_then(|cores| usize::try_from(cores).ok())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn counted_cores() -> Option<usize> {
    None
}

/// Memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// In this computer, or what this process is limited to if that is less.
    pub total: u64,
    /// To be had without taking anything from others; what only caches files counts as free.
    pub available: u64,
}

/// What memory there is now; `None` where nobody says.
pub fn memory() -> Option<Memory> {
    let computer = computer_memory()?;
    Some(
        group_limits()
            .into_iter()
            .fold(computer, |least, limit| Memory { total: least.total.min(limit.total), available: least.available.min(limit.available) }),
    )
}

#[cfg(target_os = "linux")]
fn computer_memory() -> Option<Memory> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let bytes = |name: &str| Some(number_after(&text, name)? * 1024);
    Some(Memory { total: bytes("MemTotal:")?, available: bytes("MemAvailable:")? })
}

#[cfg(target_os = "macos")]
fn computer_memory() -> Option<Memory> {
    let total = system_number("hw.memsize")?;
    let page = system_number("hw.pagesize")?;
    let free = system_number("vm.page_free_count")? + system_number("vm.page_purgeable_count").unwrap_or(0);
    let files = system_number("vm.page_pageable_external_count").unwrap_or(0);
    Some(Memory { total, available: ((free + files) * page).min(total) })
}

#[cfg(windows)]
fn computer_memory() -> Option<Memory> {
    #[repr(C)]
    struct Status {
        length: u32,
        load: u32,
        total: u64,
        available: u64,
        rest: [u64; 5],
    }
    unsafe extern "system" {
        fn GlobalMemoryStatusEx(status: *mut Status) -> i32;
    }
    let mut status = Status { length: u32::try_from(size_of::<Status>()).ok()?, load: 0, total: 0, available: 0, rest: [0; 5] };
    // SAFETY: the structure is laid out as Windows documents MEMORYSTATUSEX, and says its own length.
    let told = unsafe { GlobalMemoryStatusEx(&raw mut status) };
    (told != 0).then_some(Memory { total: status.total, available: status.available })
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn computer_memory() -> Option<Memory> {
    None
}

#[cfg(target_os = "macos")]
fn system_number(name: &str) -> Option<u64> {
    use std::ffi::CString;
    let name = CString::new(name).ok()?;
    let mut bytes = [0_u8; 8];
    let mut length = bytes.len();
    // SAFETY: the buffer has the length that is said, and nothing is set.
    let failed = unsafe { nix::libc::sysctlbyname(name.as_ptr(), bytes.as_mut_ptr().cast(), &raw mut length, std::ptr::null_mut(), 0) };
    match (failed, length) {
        (0, 4) => Some(u64::from(u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))),
        (0, 8) => Some(u64::from_ne_bytes(bytes)),
        _ => None,
    }
}

/// What the groups that this process is in are limited to, by the container or the session.
#[cfg(target_os = "linux")]
fn group_limits() -> Vec<Memory> {
    let Ok(groups) = fs::read_to_string("/proc/self/cgroup") else { return Vec::new() };
    let mut limits = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let (root, maximum, current) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max", "memory.current"),
            "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
            _ => continue,
        };
        let path = std::path::Path::new(path.trim_start_matches('/'));
        limits.extend(path.ancestors().filter_map(|group| group_limit(&std::path::Path::new(root).join(group), maximum, current)));
    }
    limits
}

#[cfg(target_os = "linux")]
fn group_limit(group: &std::path::Path, maximum: &str, current: &str) -> Option<Memory> {
    let number = |file: &str| fs::read_to_string(group.join(file)).ok()?.trim().parse::<u64>().ok();
    // `max` is no number: no limit.
    let total = number(maximum)?;
    let files = fs::read_to_string(group.join("memory.stat")).ok().and_then(|text| number_after(&text, "inactive_file ")).unwrap_or(0);
    let used = number(current)?.saturating_sub(files);
    Some(Memory { total, available: total.saturating_sub(used) })
}

#[cfg(not(target_os = "linux"))]
fn group_limits() -> Vec<Memory> {
    Vec::new()
}

#[cfg(target_os = "linux")]
fn number_after(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_has_a_core_and_memory() {
        assert!(physical_cores() >= 1);
        if cfg!(any(target_os = "linux", target_os = "macos", windows)) {
            let memory = memory().expect("the system says how much memory there is");
            assert!(memory.available <= memory.total && memory.available > 0, "{memory:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_groups_limit_counts_cached_files_as_free() {
        let group = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(group.path().join(name), text).expect("a file");
        write("memory.max", "1000000\n");
        write("memory.current", "700000\n");
        write("memory.stat", "anon 300000\ninactive_file 400000\n");
        assert_eq!(group_limit(group.path(), "memory.max", "memory.current"), Some(Memory { total: 1_000_000, available: 700_000 }));
        write("memory.max", "max\n");
        assert_eq!(group_limit(group.path(), "memory.max", "memory.current"), None);
    }
}
