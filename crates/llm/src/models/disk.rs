//! The folder that models lie in, and the room there is.

use std::{fs, io, path::Path};

/// Makes a folder that only its owner may open; one that is there stays as it is.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Bytes that are free for this user where a file is.
pub(crate) fn free_space(path: &Path) -> io::Result<u64> {
    #[cfg(unix)]
    {
        let folder = path.parent().unwrap_or(path);
        let disk = nix::sys::statvfs::statvfs(folder)?;
        #[allow(clippy::useless_conversion, reason = "these are of other sizes on other systems")]
        Ok(u64::from(disk.blocks_available()) * u64::from(disk.fragment_size()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }
}
