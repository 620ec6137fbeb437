//! The folder that holds everything Lectern knows.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// An existing data folder, closed to other users.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Where the data is: `explicit`, or `LECTERN_DATA_DIR`, or this platform's usual place. `None` when the computer has no home folder.
    pub fn locate(explicit: Option<PathBuf>) -> Option<PathBuf> {
        explicit
            .or_else(|| std::env::var_os("LECTERN_DATA_DIR").filter(|value| !value.is_empty()).map(PathBuf::from))
            .or_else(|| dirs::data_dir().map(|dir| dir.join(if cfg!(target_os = "linux") { "lectern" } else { "Lectern" })))
    }

    /// Creates what is missing, readable by its owner alone (0700).
    ///
    /// # Errors
    /// When the folder can't be created or written.
    pub fn open(path: &Path) -> io::Result<Self> {
        create_private(path)?;
        let path = path.canonicalize()?;
        for part in ["run", "scans", "backups", "models", "previews", "logs"] {
            create_private(&path.join(part))?;
        }
        Ok(Self(path))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The schema's database.
    pub fn database(&self) -> PathBuf {
        self.0.join("lectern.db")
    }

    /// File contents by hash.
    pub fn objects(&self) -> PathBuf {
        self.0.join("objects.db")
    }

    /// Locks, sockets, marks of work in progress.
    pub fn run(&self) -> PathBuf {
        self.0.join("run")
    }

    /// What the last scan of each project saw; rebuildable.
    pub fn scans(&self) -> PathBuf {
        self.0.join("scans")
    }

    /// Logs and bundles of previews, a folder each.
    pub fn previews(&self) -> PathBuf {
        self.0.join("previews")
    }

    /// The indexes that make finding fast; rebuildable.
    pub fn search(&self) -> PathBuf {
        self.0.join("search")
    }

    /// Model files, and what was read of prompts.
    pub fn models(&self) -> PathBuf {
        self.0.join("models")
    }

    /// A short name for this folder, different from other folders', for where names are shared (keychain, sockets).
    pub fn scope(&self) -> String {
        blake3::hash(self.0.as_os_str().as_encoded_bytes()).to_hex()[..16].to_owned()
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
