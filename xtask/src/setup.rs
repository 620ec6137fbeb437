//! Installs what the system has to bring: libraries, the display tools of tests, cargo-nextest.

use std::process::{Command, Stdio};

use crate::fail;
use crate::report::{Failed, ask, call, has};

/// What building and opening Lectern takes, as Debian calls it.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "cmake",
    "clang",
    "libclang-dev",
    "git",
    "python3",
    "python3-pip",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libssl-dev",
];

/// What a window without a screen takes.
const HEADLESS: &[&str] = &["xvfb", "openbox", "x11-utils", "xdotool", "imagemagick", "dbus", "util-linux", "fonts-dejavu-core"];

/// What tests take beyond that.
const TESTS: &[&str] = &["webkit2gtk-driver", "gnome-keyring", "ripgrep"];

/// What the system must offer for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Building, and a window on the screen that is there.
    Window,
    /// Building, and a window where there is no screen.
    NoScreen,
    /// All tests.
    Tests,
}

/// Installs the missing packages on Debian and its kin; elsewhere says what is needed and goes on.
pub fn system(purpose: For) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") || !has("dpkg-query") {
        return advise();
    }
    let mut wanted: Vec<&str> = BUILD.to_vec();
    if purpose != For::Window {
        wanted.extend(HEADLESS);
    }
    if purpose == For::Tests {
        wanted.extend(TESTS);
    }
    let missing = missing_packages(&wanted);
    if missing.is_empty() {
        println!("    all {} system packages are there", wanted.len());
        return Ok(());
    }
    println!("    missing: {}", missing.join(" "));
    if !is_root() && !has("sudo") {
        fail!("these packages are missing and there is no sudo; as root: apt-get install {}", missing.join(" "));
    }
    let apt = |arguments: &[&str]| {
        let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root() {
            command.arg("apt-get");
        }
        command.args(["-qq", "-o", "Dpkg::Use-Pty=0"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command.stdout(Stdio::null());
        command
    };
    let install: Vec<&str> = ["install", "-y", "--no-install-recommends"].into_iter().chain(missing.iter().copied()).collect();
    // Package lists may be absent or old: refresh them first, and go on with the old ones where that fails.
    if let Err(failed) = call(&mut apt(&["update"])) {
        println!("    {failed}; going on with the package lists that are there");
    }
    call(&mut apt(&install))
}

/// Node.js and npm, which the interface is built with.
pub fn node() -> Result<(), Failed> {
    const ADVICE: &str = "Node.js 20 or newer with npm is needed to build the interface: https://nodejs.org, or your system's package";
    if !has("node") || !(has("npm") || has("npm.cmd")) {
        fail!("{ADVICE}");
    }
    let version = ask(Command::new("node").arg("--version"))?;
    let major: u32 = version.trim().trim_start_matches('v').split('.').next().and_then(|word| word.parse().ok()).unwrap_or(0);
    if major < 20 {
        fail!("{ADVICE} (found {})", version.trim());
    }
    Ok(())
}

/// cargo-nextest, which runs the tests.
pub fn nextest() -> Result<(), Failed> {
    if has("cargo-nextest") || ask(crate::cargo::cargo().args(["nextest", "--version"])).is_ok() {
        println!("    cargo-nextest is there");
        return Ok(());
    }
    call(crate::cargo::cargo().args(["install", "cargo-nextest", "--locked"]))
}

fn missing_packages<'a>(wanted: &[&'a str]) -> Vec<&'a str> {
    let installed = |package: &str| {
        let mut query = Command::new("dpkg-query");
        query.args(["-W", "-f", "${db:Status-Status}", package]);
        ask(&mut query).is_ok_and(|status| status.contains("installed") && !status.contains("not-installed"))
    };
    // A tool that came another way than as a package is as good.
    let provided = |package: &str| match package {
        "build-essential" => has("cc") && has("c++") && has("make"),
        "pkg-config" | "cmake" | "clang" | "git" | "python3" => has(package),
        // The library that llama.cpp's headers are read with; `clang` alone may come without.
        "libclang-dev" => {
            std::env::var_os("LIBCLANG_PATH").is_some() || ask(Command::new("ldconfig").arg("-p")).is_ok_and(|list| has_libclang(&list))
        }
        "python3-pip" => ask(Command::new("python3").args(["-m", "pip", "--version"])).is_ok(),
        "util-linux" => has("setpriv"),
        // Other programs have this name too.
        "imagemagick" => ask(Command::new("convert").arg("-version")).is_ok_and(|version| version.contains("ImageMagick")),
        "ripgrep" => has("rg"),
        _ => false,
    };
    wanted.iter().copied().filter(|package| !provided(package) && !installed(package)).collect()
}

fn has_libclang(libraries: &str) -> bool {
    libraries.lines().any(|line| {
        line.trim().starts_with("libclang-") && !line.trim().starts_with("libclang-cpp") || line.trim().starts_with("libclang.so")
    })
}

fn is_root() -> bool {
    ask(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn advise() -> Result<(), Failed> {
    let (system, advice) = if cfg!(target_os = "macos") {
        ("macOS", "xcode-select --install; brew install cmake node python")
    } else if cfg!(windows) {
        (
            "Windows",
            "Visual Studio Build Tools with C++, CMake, LLVM (and LIBCLANG_PATH set to its bin folder), Node.js, Python; WebView2 comes with Windows",
        )
    } else {
        (
            "Linux",
            "Fedora: sudo dnf install webkit2gtk4.1-devel gtk3-devel librsvg2-devel openssl-devel cmake clang gcc-c++ nodejs python3-pip\n    \
             Arch: sudo pacman -S --needed webkit2gtk-4.1 gtk3 librsvg openssl cmake clang base-devel nodejs npm python-pip",
        )
    };
    println!("    Packages are installed by themselves on Debian and Ubuntu only. For {system}:\n    {advice}");
    if cfg!(target_os = "linux") && ask(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_err() {
        fail!("WebKitGTK 4.1's development files are missing (see above)");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_of_clang_is_told_from_its_c_plus_plus_part() {
        assert!(has_libclang("\tlibclang-14.so.13 (libc6,x86-64) => /lib/libclang-14.so.13"));
        assert!(has_libclang("\tlibclang.so.1 (libc6,x86-64) => /lib/libclang.so.1"));
        assert!(!has_libclang("\tlibclang-cpp.so.14 (libc6,x86-64) => /lib/libclang-cpp.so.14\n\tlibc.so.6 => /lib/libc.so.6"));
    }
}
