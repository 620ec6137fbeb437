//! The copy that a check runs in: the files of the folder with what is chosen done, and what they depend on.
//!
//! **Promises.** Everything in it is a copy: no link of it leads into the project, and none to a folder that the project is in, so that what a
//! check does to its own files it does to the copy. Folders of installed packages ([`DEPENDENCIES`]) are copied too (by reference, where the file
//! system can); `.git` and what else is ignored is not. What a program does by a path that it knows from elsewhere, nothing here can keep it from.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
    },
    path::{Path, PathBuf},
};

use lectern_reader::Root;
use lectern_refactor::AppliedFile;
use lectern_sync::{Content, Manifest, RepoPath, walk};

use super::{super::changing::Changes, copying_links::target_in};
use crate::{Workspace, tasks::cancelled, view::Failure};

/// Folders that hold what a project depends on: they are copied although they are in no version.
const DEPENDENCIES: [&str; 5] = ["node_modules", ".venv", "venv", "vendor", "__pypackages__"];
/// More of them is not copied: files, and bytes.
const MOST_FILES: u64 = 400_000;
const MOST_BYTES: u64 = 6 << 30;

/// How a copy gets on.
pub(super) struct Copying<'a> {
    pub workspace: &'a Workspace,
    /// The project's folder, resolved.
    pub from: &'a Path,
    /// Where the copy goes; empty.
    pub to: &'a Path,
    pub is_cancelled: &'a dyn Fn() -> bool,
    pub files: u64,
    pub bytes: u64,
    /// What was left out, for people.
    pub notes: Vec<String>,
}

impl Copying<'_> {
    /// Copies what a version names, as it is in the folder, and what that depends on.
    pub fn copy(&mut self, manifest: &Manifest) -> Result<(), Failure> {
        let root = Root::open(self.from)?;
        let mut leaves: Vec<(RepoPath, bool)> = Vec::new();
        // Folders are in a version by what is in them.
        let mut folders = BTreeSet::from([RepoPath::root()]);
        walk(&self.workspace.store, manifest, |path, content| {
            let mut above = path.parent();
            while let Some(folder) = above.filter(|folder| !folders.contains(folder)) {
                above = folder.parent();
                folders.insert(folder);
            }
            match content {
                Content::File { .. } => leaves.push((path.clone(), false)),
                Content::Symlink { .. } => leaves.push((path.clone(), true)),
                _ => {}
            }
            Ok(())
        })?;
        for folder in &folders {
            fs::create_dir_all(folder.below(self.to)).map_err(failed)?;
        }
        for (path, is_link) in &leaves {
            self.going()?;
            if *is_link {
                self.link(&path.below(self.from), &path.below(self.to))?;
            } else {
                self.file_of_version(&root, path)?;
            }
        }
        for folder in &folders {
            for name in DEPENDENCIES {
                let Ok(path) = folder.join(name.as_bytes()) else { continue };
                if !folders.contains(&path) && fs::symlink_metadata(path.below(self.from)).is_ok_and(|meta| meta.is_dir()) {
                    self.dependencies(&path)?;
                }
            }
        }
        Ok(())
    }

    /// Makes the chosen changes in the copy.
    pub fn apply(&self, changes: &Changes) -> Result<(), Failure> {
        let goes = |file: &&AppliedFile| file.pre.is_some() && (file.new_path.is_some() || file.post.is_none());
        for file in changes.files.iter().filter(goes) {
            fs::remove_file(RepoPath::from_key(&file.path)?.below(self.to)).map_err(failed)?;
        }
        for (file, (_, bytes)) in changes.files.iter().zip(&changes.bytes) {
            let Some(bytes) = bytes else { continue };
            let path = RepoPath::from_key(file.new_path.as_ref().unwrap_or(&file.path))?.below(self.to);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            if file.link {
                // As it was before, but where that leads may be elsewhere now: links are worked out from where they stand in the project.
                let target = PathBuf::from(OsStr::from_bytes(bytes));
                let place = RepoPath::from_key(file.new_path.as_ref().unwrap_or(&file.path))?.below(self.from);
                let _ = fs::remove_file(&path);
                if let Some(target) = target_in(self.from, self.to, &place, &target) {
                    symlink(target, &path).map_err(failed)?;
                }
                continue;
            }
            // Not through whatever stands there: a copied file is a file of its own.
            fs::write(&path, bytes).map_err(failed)?;
            if file.executable {
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn going(&self) -> Result<(), Failure> {
        if (self.is_cancelled)() { Err(cancelled()) } else { Ok(()) }
    }

    fn file_of_version(&mut self, root: &Root, path: &RepoPath) -> Result<(), Failure> {
        // Opened beneath the folder: a link that was put in its place meanwhile leads nowhere.
        let mut from = root.open_file(path.as_path())?;
        let meta = from.metadata().map_err(failed)?;
        let place = path.below(self.to);
        let mut to = fs::File::create(&place).map_err(failed)?;
        self.bytes += io::copy(&mut from, &mut to).map_err(failed)?;
        self.files += 1;
        to.set_permissions(fs::Permissions::from_mode(meta.permissions().mode() & 0o777 | 0o600)).map_err(failed)?;
        // Tools that look at times do no more than they would in the project.
        let _ = meta.modified().map(|time| to.set_modified(time));
        Ok(())
    }

    /// Copies a folder of installed packages, unless it is too large.
    fn dependencies(&mut self, path: &RepoPath) -> Result<(), Failure> {
        let (files, bytes) = (self.files, self.bytes);
        let mut pending = vec![(path.below(self.from), path.below(self.to))];
        while let Some((from, to)) = pending.pop() {
            fs::create_dir_all(&to).map_err(failed)?;
            for entry in fs::read_dir(&from).map_err(failed)? {
                self.going()?;
                let entry = entry.map_err(failed)?;
                let (from, to) = (entry.path(), to.join(entry.file_name()));
                let kind = entry.file_type().map_err(failed)?;
                if kind.is_dir() {
                    pending.push((from, to));
                } else if kind.is_symlink() {
                    self.link(&from, &to)?;
                } else if kind.is_file() {
                    self.installed(&from, &to)?;
                }
                if self.files - files > MOST_FILES || self.bytes - bytes > MOST_BYTES {
                    self.notes.push(format!("{path} is too large to be copied and was left out."));
                    super::launching::remove(&path.below(self.to));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn installed(&mut self, from: &Path, to: &Path) -> Result<(), Failure> {
        // What can't be read is not needed by a program with the same rights.
        let Ok(bytes) = fs::copy(from, to) else { return Ok(()) };
        self.files += 1;
        self.bytes += bytes;
        let meta = fs::metadata(to).map_err(failed)?;
        fs::set_permissions(to, fs::Permissions::from_mode(meta.permissions().mode() | 0o600)).map_err(failed)?;
        if names_its_place(from) {
            self.replace_place(to)?;
        }
        Ok(())
    }

    /// What is installed may name the folder that it was installed into; in the copy it is to mean the copy.
    fn replace_place(&self, path: &Path) -> Result<(), Failure> {
        const LARGEST: u64 = 256 << 10;
        if fs::metadata(path).map_err(failed)?.len() > LARGEST {
            return Ok(());
        }
        let (Some(from), Some(to)) = (self.from.to_str(), self.to.to_str()) else { return Ok(()) };
        let Ok(text) = fs::read_to_string(path) else { return Ok(()) };
        if text.contains(from) { fs::write(path, text.replace(from, to)).map_err(failed) } else { Ok(()) }
    }

    fn link(&mut self, from: &Path, to: &Path) -> Result<(), Failure> {
        let target = fs::read_link(from).map_err(failed)?;
        match target_in(self.from, self.to, from, &target) {
            Some(target) => {
                symlink(target, to).map_err(failed)?;
                self.files += 1;
            }
            None => self.notes.push(format!(
                "The link {} leads to a folder that the project is in, and was left out.",
                from.strip_prefix(self.from).unwrap_or(from).display()
            )),
        }
        Ok(())
    }
}

/// Scripts of a virtual environment, and what points at packages that are developed in place.
fn names_its_place(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let is_script = folder == "bin" && path.parent().and_then(Path::parent).is_some_and(|venv| venv.join("pyvenv.cfg").is_file());
    is_script || name.ends_with(".pth") || name.ends_with(".egg-link") || name.starts_with("__editable__")
}

fn failed(error: io::Error) -> Failure {
    Failure::new("COPY_FAILED", format!("the copy to check can't be made: {error}")).hint("Look whether there is room on the disk.")
}
