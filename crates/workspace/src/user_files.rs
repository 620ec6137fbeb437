//! Files that somebody named, to be written or read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use crate::view::Failure;

/// Writes a file whole, or leaves what was there as it was. Nothing is written into `data`, Lectern's own folder.
///
/// # Errors
/// `TARGET_UNWRITABLE`.
pub fn write_target(target: &Path, data: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let unwritable = |why: &str| {
        Failure::new("TARGET_UNWRITABLE", format!("“{}” can't be written: {why}", target.display()))
            .hint("Choose another place, or free some space. What was there is as it was.")
    };
    if fs::metadata(target).is_ok_and(|there| !there.is_file()) {
        return Err(unwritable("something that is no file is there"));
    }
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else { return Err(unwritable("it is no file name")) };
    // A link keeps leading where it led.
    let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(folder);
    if fs::canonicalize(folder).is_ok_and(|folder| folder.starts_with(data)) {
        return Err(unwritable("it is inside Lectern's own data folder"));
    }
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(format!(".{}.part", std::process::id()));
    let part = folder.join(part);
    let written = write_new(&part, bytes).and_then(|()| {
        // Who could read the file can read the new one.
        if let Ok(there) = fs::metadata(&target) {
            fs::set_permissions(&part, there.permissions())?;
        }
        fs::rename(&part, &target)
    });
    written.map_err(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            let _ = fs::remove_file(&part);
        }
        unwritable(&error.to_string())
    })
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads an ordinary file of at most `limit` bytes.
///
/// # Errors
/// `SOURCE_MISSING`, `SOURCE_UNREADABLE`, `TOO_LARGE`.
pub fn read_source(source: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let named = source.display();
    let unreadable = |why: &str| {
        Failure::new("SOURCE_UNREADABLE", format!("“{named}” can't be read: {why}"))
            .hint("Choose an ordinary file that your user may read.")
    };
    let metadata = match fs::metadata(source) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::new("SOURCE_MISSING", format!("there is no file “{named}”")).hint("Check its name."));
        }
        other => other.map_err(|error| unreadable(&error.to_string()))?,
    };
    // A pipe would be waited for.
    if !metadata.is_file() {
        return Err(unreadable("it is no ordinary file"));
    }
    let too_large = || {
        Failure::new("TOO_LARGE", format!("“{named}” is larger than {} MiB", limit / (1024 * 1024)))
            .hint("Split it, or leave out what you don't need.")
    };
    if metadata.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    let file = File::open(source).map_err(|error| unreadable(&error.to_string()))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error.to_string()))?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}
