//! Editors that many people have, and where they are found. Those that only run in a terminal are not among them.

use std::{
    ffi::OsString,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::view::Editor;

/// An editor: what people call it, the names of its program, what follows it, and its bundle's program on macOS.
struct Known {
    name: &'static str,
    programs: &'static [&'static str],
    arguments: &'static str,
    bundle: Option<&'static str>,
}

const GOTO: &str = "--goto {path}:{line}:{column}";
const COLONS: &str = "{path}:{line}:{column}";
const JETBRAINS: &str = "--line {line} --column {column} {path}";
const VIM: &str = "\"+call cursor({line},{column})\" {path}";

const fn known(name: &'static str, programs: &'static [&'static str], arguments: &'static str, bundle: Option<&'static str>) -> Known {
    Known { name, programs, arguments, bundle }
}

/// The likeliest choice first. Names with dots are those of Flatpak.
const KNOWN: &[Known] = &[
    known("VS Code", &["code", "com.visualstudio.code"], GOTO, Some("Visual Studio Code.app/Contents/Resources/app/bin/code")),
    known("VSCodium", &["codium", "com.vscodium.codium"], GOTO, Some("VSCodium.app/Contents/Resources/app/bin/codium")),
    known("Cursor", &["cursor"], GOTO, Some("Cursor.app/Contents/Resources/app/bin/cursor")),
    known("Zed", &["zed", "zeditor", "dev.zed.Zed"], COLONS, Some("Zed.app/Contents/MacOS/cli")),
    known("Sublime Text", &["subl", "com.sublimehq.SublimeText"], COLONS, Some("Sublime Text.app/Contents/SharedSupport/bin/subl")),
    known("RustRover", &["rustrover", "com.jetbrains.RustRover"], JETBRAINS, Some("RustRover.app/Contents/MacOS/rustrover")),
    known(
        "IntelliJ IDEA",
        &["idea", "com.jetbrains.IntelliJ-IDEA-Community", "com.jetbrains.IntelliJ-IDEA-Ultimate"],
        JETBRAINS,
        Some("IntelliJ IDEA.app/Contents/MacOS/idea"),
    ),
    known("CLion", &["clion", "com.jetbrains.CLion"], JETBRAINS, Some("CLion.app/Contents/MacOS/clion")),
    known(
        "PyCharm",
        &["pycharm", "com.jetbrains.PyCharm-Community", "com.jetbrains.PyCharm-Professional"],
        JETBRAINS,
        Some("PyCharm.app/Contents/MacOS/pycharm"),
    ),
    known("WebStorm", &["webstorm", "com.jetbrains.WebStorm"], JETBRAINS, Some("WebStorm.app/Contents/MacOS/webstorm")),
    known("Neovim Qt", &["nvim-qt"], "-- \"+call cursor({line},{column})\" {path}", None),
    known("GVim", &["gvim", "org.vim.Vim"], VIM, None),
    known("Emacs", &["emacs", "org.gnu.emacs"], "+{line}:{column} {path}", None),
    known("Kate", &["kate", "org.kde.kate"], "--line {line} --column {column} {path}", None),
    // It takes no line.
    known("Text Editor", &["gnome-text-editor", "org.gnome.TextEditor"], "{path}", None),
    known("gedit", &["gedit", "org.gnome.gedit"], "+{line}:{column} {path}", None),
    known("Xed", &["xed"], "+{line} {path}", None),
    known("Mousepad", &["mousepad", "org.xfce.mousepad"], "--line={line} --column={column} {path}", None),
];

/// Where programs are looked for.
pub(super) struct Places {
    /// Of the `PATH`: programs there go by their names.
    on_path: Vec<PathBuf>,
    /// Where desktops don't look but editors are: programs there go by their full paths.
    beside: Vec<PathBuf>,
    /// Where macOS keeps bundles.
    applications: Vec<PathBuf>,
    home: Option<PathBuf>,
}

impl Places {
    pub(super) fn of_this_computer() -> Self {
        Self::new(std::env::var_os("PATH").unwrap_or_default(), dirs::home_dir())
    }

    fn new(path: OsString, home: Option<PathBuf>) -> Self {
        // An empty or relative entry means the current folder, which may be a project.
        let on_path = std::env::split_paths(&path).filter(|place| place.is_absolute()).collect();
        let at_home = |below: &str| home.as_ref().map(|home| home.join(below));
        let beside = [
            Some(PathBuf::from("/usr/local/bin")),
            Some(PathBuf::from("/snap/bin")),
            at_home(".local/bin"),
            at_home(".local/share/JetBrains/Toolbox/scripts"),
            at_home("Library/Application Support/JetBrains/Toolbox/scripts"),
            Some(PathBuf::from("/var/lib/flatpak/exports/bin")),
            at_home(".local/share/flatpak/exports/bin"),
        ];
        let applications = if cfg!(target_os = "macos") { [Some("/Applications".into()), at_home("Applications")] } else { [None, None] };
        Self { on_path, beside: beside.into_iter().flatten().collect(), applications: applications.into_iter().flatten().collect(), home }
    }

    pub(super) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The program of this name.
    pub(super) fn find(&self, program: &str) -> Option<PathBuf> {
        self.on_path.iter().chain(&self.beside).map(|place| place.join(program)).find(|file| is_program(file))
    }

    /// The editors that are there, each once.
    pub(super) fn editors(&self) -> Vec<Editor> {
        KNOWN.iter().filter_map(|known| Some(Editor { name: known.name.to_owned(), command: self.command_of(known)? })).collect()
    }

    fn command_of(&self, known: &Known) -> Option<String> {
        let on_path = |program: &&&str| self.on_path.iter().any(|place| is_program(&place.join(program)));
        let beside = || known.programs.iter().find_map(|program| self.find(program));
        let bundled = || {
            let bundle = known.bundle?;
            self.applications.iter().map(|place| place.join(bundle)).find(|file| is_program(file))
        };
        let program = match known.programs.iter().find(on_path) {
            Some(name) => (*name).to_owned(),
            None => quoted(beside().or_else(bundled)?.to_str()?),
        };
        Some(format!("{program} {}", known.arguments))
    }
}

/// A path as one word of a command.
fn quoted(path: &str) -> String {
    if path.contains(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '\\')) {
        format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        path.to_owned()
    }
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn program(path: &Path) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, "#!/bin/sh\n").expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permitted");
    }

    #[test]
    fn editors_are_found_where_programs_are_and_come_in_order() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (bin, home) = (dir.path().join("bin"), dir.path().join("ada's home"));
        program(&bin.join("gedit"));
        program(&bin.join("code"));
        program(&bin.join("vim"));
        fs::create_dir(bin.join("subl")).expect("a folder is no program");
        fs::write(bin.join("kate"), "").expect("nor is what can't be run");
        program(&home.join(".local/share/flatpak/exports/bin/dev.zed.Zed"));
        let mut places = Places::new(bin.clone().into_os_string(), Some(home.clone()));
        places.beside.retain(|place| place.starts_with(&home));
        let found: Vec<_> = places.editors().into_iter().map(|editor| (editor.name, editor.command)).collect();
        let zed = format!("\"{}/.local/share/flatpak/exports/bin/dev.zed.Zed\" {COLONS}", home.display());
        let expected = [("VS Code", format!("code {GOTO}")), ("Zed", zed), ("gedit", "gedit +{line}:{column} {path}".to_owned())];
        assert_eq!(found, expected.map(|(name, command)| (name.to_owned(), command)));
        assert_eq!(places.find("code"), Some(bin.join("code")));
        assert_eq!(places.find("kate"), None);
    }

    #[test]
    fn the_current_folder_is_never_looked_through() {
        let places = Places::new(OsString::from(":.:bin"), None);
        assert!(places.on_path.is_empty());
    }

    #[test]
    fn a_bundle_is_found_by_its_program() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        program(&dir.path().join("Zed.app/Contents/MacOS/cli"));
        let places = Places { on_path: Vec::new(), beside: Vec::new(), applications: vec![dir.path().to_owned()], home: None };
        let names: Vec<_> = places.editors().into_iter().map(|editor| editor.name).collect();
        assert_eq!(names, ["Zed"]);
    }
}
