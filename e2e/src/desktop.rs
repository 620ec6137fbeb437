//! A desktop of its own: a virtual screen, a small window manager, a private message bus.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::framebuffer::Framebuffer;
use crate::process::{Guarded, poll};

/// What answers on the private message bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    /// Nothing but the app itself: no keychain, no portals.
    Bare,
    /// A keychain (gnome-keyring), unlocked.
    Keychain,
}

/// A virtual screen with a window manager and a bus; all of it ends when this value is dropped.
#[derive(Debug)]
pub struct Desktop {
    display: String,
    bus: String,
    home: PathBuf,
    framebuffer: Framebuffer,
    // Dropped in this order: what uses the screen and the bus first.
    _keychain: Option<Guarded>,
    _windows: Guarded,
    _bus: Guarded,
    _screen: Guarded,
}

impl Desktop {
    /// Starts one whose files (home folder, sockets, framebuffer) lie in `folder` and whose logs lie in `logs`.
    pub fn start(folder: &Path, logs: &Path, bus: Bus) -> Self {
        let home = folder.join("home");
        let runtime = folder.join("runtime");
        let screen_files = folder.join("screen");
        for path in [&home, &runtime, &screen_files] {
            std::fs::create_dir_all(path).unwrap_or_else(|error| panic!("{} can't be created: {error}", path.display()));
        }
        private(&runtime);

        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset", "-fbdir"]).arg(&screen_files);
        let (screen, number) = start_and_read_line(&command, &logs.join("xvfb.log"));
        let display = format!(":{number}");

        let config = folder.join("bus.conf");
        std::fs::write(&config, bus_config(&runtime)).expect("the bus configuration can be written");
        let mut command = Command::new("dbus-daemon");
        command.arg(format!("--config-file={}", config.display())).args(["--nofork", "--print-address=1"]);
        let (bus_process, address) = start_and_read_line(&command, &logs.join("bus.log"));

        let rules = folder.join("openbox.xml");
        std::fs::write(&rules, WINDOW_RULES).expect("the window manager's rules can be written");
        let mut base = Command::new("openbox");
        base.arg("--sm-disable").arg("--config-file").arg(&rules);
        set_environment(&mut base, &display, &address, &home, &runtime);
        let windows = Guarded::start(&base, &logs.join("openbox.log"));
        let managed = poll(Duration::from_secs(10), || {
            let mut ask = Command::new("xprop");
            ask.args(["-root", "_NET_SUPPORTING_WM_CHECK"]).env("DISPLAY", &display).stderr(Stdio::null());
            ask.output().is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("window id"))
        });
        assert!(managed, "openbox did not take over the screen {display}");

        let keychain = (bus == Bus::Keychain).then(|| start_keychain(&display, &address, &home, &runtime, logs));
        Self {
            display,
            bus: address,
            home,
            framebuffer: Framebuffer::in_folder(&screen_files),
            _keychain: keychain,
            _windows: windows,
            _bus: bus_process,
            _screen: screen,
        }
    }

    /// A command that will see this desktop and a home folder of its own.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let runtime = self.home.with_file_name("runtime");
        set_environment(&mut command, &self.display, &self.bus, &self.home, &runtime);
        command
    }

    /// What the screen shows.
    pub fn framebuffer(&self) -> &Framebuffer {
        &self.framebuffer
    }

    /// The X display, `:7` say.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The address of the message bus.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// Where programs lie that come before the computer's own; not created. A test puts a program of its own here.
    pub fn programs(&self) -> PathBuf {
        self.home.join("bin")
    }

    /// The home folder that programs on this desktop see.
    pub fn home(&self) -> &Path {
        &self.home
    }
}

fn set_environment(command: &mut Command, display: &str, bus: &str, home: &Path, runtime: &Path) {
    for gone in
        ["WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "LECTERN_DATA_DIR", "XAUTHORITY"]
    {
        command.env_remove(gone);
    }
    let mut programs = home.join("bin").into_os_string();
    programs.push(":");
    programs.push(std::env::var_os("PATH").unwrap_or_default());
    command
        .env("PATH", programs)
        .env("DISPLAY", display)
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", runtime)
        .env("XDG_SESSION_TYPE", "x11")
        .env("GDK_BACKEND", "x11")
        .env("GSETTINGS_BACKEND", "memory")
        .env("NO_AT_BRIDGE", "1")
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        // No test may leave this computer: what tries is refused at once.
        .env("http_proxy", "http://127.0.0.1:9")
        .env("https_proxy", "http://127.0.0.1:9")
        .env("no_proxy", "127.0.0.1,localhost,::1")
        .env("GIT_CONFIG_NOSYSTEM", "1");
}

fn start_keychain(display: &str, bus: &str, home: &Path, runtime: &Path, logs: &Path) -> Guarded {
    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--unlock", "--components=secrets"]);
    set_environment(&mut command, display, bus, home, runtime);
    let mut keychain = Guarded::start_with(&command, &logs.join("keychain.log"), |command| {
        command.stdin(Stdio::piped());
    });
    let mut input = keychain.child().stdin.take().expect("stdin is a pipe");
    input.write_all(b"keychain").expect("the keychain reads its password");
    drop(input);
    let there = poll(Duration::from_secs(10), || {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"]);
        ask.arg("string:org.freedesktop.secrets").env("DBUS_SESSION_BUS_ADDRESS", bus).stderr(Stdio::null());
        ask.output().is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("true"))
    });
    assert!(there, "gnome-keyring did not appear on the bus; see {}", logs.join("keychain.log").display());
    keychain
}

/// Windows get no frame, so that all that is painted is the page; Alt+F4 closes.
const WINDOW_RULES: &str = r#"<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <applications><application class="*"><decor>no</decor><focus>yes</focus></application></applications>
</openbox_config>
"#;

/// A bus that starts nothing by itself, so that no service of the computer joins a test.
fn bus_config(runtime: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}/bus</listen>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#,
        runtime.display()
    )
}

/// Starts a program and waits for the first line it prints.
fn start_and_read_line(command: &Command, log: &Path) -> (Guarded, String) {
    let mut process = Guarded::start_with(command, log, |command| {
        command.stdout(Stdio::piped());
    });
    let output = process.child().stdout.take().expect("stdout is a pipe");
    let mut reader = BufReader::new(output);
    let mut line = String::new();
    reader.read_line(&mut line).expect("a pipe can be read");
    let line = line.trim().to_owned();
    assert!(!line.is_empty(), "{} did not start; see {}", process.name(), log.display());
    // The pipe has to stay open: a program that prints more must not die of it.
    process.child().stdout = Some(reader.into_inner());
    (process, line)
}

fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).expect("our own folder's mode can be set");
}
