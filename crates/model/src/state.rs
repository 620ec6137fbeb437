//! What a model read of prompts, kept on disk, so that it is not read again after a restart.
//!
//! A file is a guess that may be thrown away: everything that goes wrong with one means that the prompt is read as if there were none.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::llama::{BUILD, Token};

const MAGIC: &[u8; 8] = b"LECTKV1\n";
/// Files that are kept, and the bytes they may take together: the least used go first.
const FILES: usize = 8;
const BYTES: u64 = 1 << 30;
/// What nobody used for so long goes.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// A file that is still being written, if it is younger than this.
const WRITING: Duration = Duration::from_secs(600);
/// Beyond any context: more tokens than this are no file of ours.
const MOST_TOKENS: u32 = 1 << 24;

/// The states of one model with one context.
pub struct States {
    folder: PathBuf,
    key: String,
}

/// A state that begins like a prompt.
pub struct Found {
    path: PathBuf,
    /// What it is a state of.
    pub tokens: Vec<Token>,
    /// How many of them the prompt begins with.
    pub shared: usize,
}

impl States {
    /// Those of a model file with this SHA-256, loaded with this context. `None` when the folder can't be used.
    pub fn new(folder: &Path, sha256: &str, context: u32) -> Option<Self> {
        fs::create_dir_all(folder).ok()?;
        #[cfg(unix)]
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).ok()?;
        let key = blake3::hash(format!("{BUILD}\n{sha256}\n{context}\n{}", std::env::consts::ARCH).as_bytes()).to_hex()[..16].to_owned();
        let states = Self { folder: folder.to_owned(), key };
        states.tidy();
        Some(states)
    }

    /// The state that shares most with the beginning of a prompt.
    pub fn best(&self, prompt: &[Token]) -> Option<Found> {
        let entries = fs::read_dir(&self.folder).ok()?;
        let mine = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| is_state(path) && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&self.key)));
        mine.filter_map(|path| {
            let tokens = File::open(&path).and_then(|mut file| read_tokens(&mut file)).ok()?;
            let shared = tokens.iter().zip(prompt).take_while(|(one, other)| one == other).count();
            Some(Found { path, tokens, shared })
        })
        .max_by_key(|found| found.shared)
    }

    /// The bytes of a state. What is not exactly as it was written is removed.
    pub fn load(&self, found: &Found) -> Option<Vec<u8>> {
        match read(&found.path) {
            Ok(state) => {
                let _ = File::options().append(true).open(&found.path).and_then(|file| file.set_modified(SystemTime::now()));
                Some(state)
            }
            Err(_) => {
                let _ = fs::remove_file(&found.path);
                None
            }
        }
    }

    /// Forgets a state that turned out to be of no use.
    pub fn remove(&self, found: &Found) {
        let _ = fs::remove_file(&found.path);
    }

    /// Keeps a state. One that can't be written is not kept; a shorter one that this one begins with is replaced.
    pub fn save(&self, tokens: &[Token], state: &[u8]) {
        if state.len() as u64 > BYTES / 2 {
            return;
        }
        let mut hash = blake3::Hasher::new();
        tokens.iter().for_each(|token| {
            hash.update(&token.to_le_bytes());
        });
        let path = self.folder.join(format!("{}-{}.state", self.key, &hash.finalize().to_hex()[..16]));
        let before = self.best(tokens).filter(|found| found.shared == found.tokens.len() && found.path != path);
        let partial = path.with_extension(format!("{}.tmp", std::process::id()));
        if write(&partial, tokens, state).and_then(|()| fs::rename(&partial, &path)).is_err() {
            let _ = fs::remove_file(&partial);
        } else if let Some(before) = before {
            self.remove(&before);
        }
        self.tidy();
    }

    /// Removes what is too old or too much, of whichever model.
    fn tidy(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<_> = entries
            .flatten()
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                let age = about.modified().ok()?.elapsed().unwrap_or_default();
                Some((age, about.len(), entry.path()))
            })
            .collect();
        files.sort();
        let (mut count, mut bytes) = (0, 0);
        for (age, size, path) in files {
            let goes = if is_state(&path) {
                count += 1;
                bytes += size;
                count > FILES || bytes > BYTES || age > KEPT
            } else {
                path.extension().is_some_and(|extension| extension == "tmp") && age > WRITING
            };
            if goes {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn is_state(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "state")
}

fn write(path: &Path, tokens: &[Token], state: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let mut head = MAGIC.to_vec();
    head.extend(u32::try_from(tokens.len()).map_err(io::Error::other)?.to_le_bytes());
    tokens.iter().for_each(|token| head.extend(token.to_le_bytes()));
    file.write_all(&head)?;
    file.write_all(digest(&head, state).as_bytes())?;
    file.write_all(state)
}

fn read_tokens(file: &mut File) -> io::Result<Vec<Token>> {
    let mut start = [0; 12];
    file.read_exact(&mut start)?;
    let count = u32::from_le_bytes([start[8], start[9], start[10], start[11]]);
    if &start[..8] != MAGIC || count > MOST_TOKENS {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; count as usize * 4];
    file.read_exact(&mut bytes)?;
    Ok(bytes.chunks_exact(4).map(|four| Token::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let tokens = read_tokens(&mut file)?;
    let mut expected = [0; 32];
    file.read_exact(&mut expected)?;
    let mut state = Vec::new();
    file.take(BYTES).read_to_end(&mut state)?;
    let mut head = MAGIC.to_vec();
    head.extend(u32::try_from(tokens.len()).map_err(io::Error::other)?.to_le_bytes());
    tokens.iter().for_each(|token| head.extend(token.to_le_bytes()));
    if digest(&head, &state) == blake3::Hash::from_bytes(expected) { Ok(state) } else { Err(io::ErrorKind::InvalidData.into()) }
}

fn digest(head: &[u8], state: &[u8]) -> blake3::Hash {
    let mut hash = blake3::Hasher::new();
    hash.update(head);
    hash.update_rayon(state);
    hash.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(folder: &Path) -> States {
        States::new(folder, "aa", 4096).expect("a folder")
    }

    #[test]
    fn the_state_that_shares_most_is_found_and_comes_back_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let states = states(folder.path());
        states.save(&[1, 2, 9, 9, 9], b"short");
        states.save(&[1, 2, 3, 4, 5], b"long");
        let found = states.best(&[1, 2, 3, 4, 7]).expect("one");
        assert_eq!((found.shared, found.tokens.as_slice()), (4, &[1, 2, 3, 4, 5][..]));
        assert_eq!(states.load(&found).as_deref(), Some(&b"long"[..]));
        assert_eq!(States::new(folder.path(), "aa", 2048).expect("a folder").best(&[1]).map(|found| found.shared), None, "another context");
        assert_eq!(States::new(folder.path(), "bb", 4096).expect("a folder").best(&[1]).map(|found| found.shared), None, "another model");
    }

    #[test]
    fn a_longer_state_replaces_the_one_it_goes_on_from() {
        let folder = tempfile::tempdir().expect("a folder");
        let states = states(folder.path());
        states.save(&[1, 2], b"short");
        states.save(&[1, 2, 3], b"long");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
        assert_eq!(states.best(&[1, 2]).map(|found| found.tokens.len()), Some(3));
    }

    #[test]
    fn a_damaged_state_is_not_used_and_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let states = states(folder.path());
        for damage in [
            |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1),
            |bytes: &mut Vec<u8>| bytes[60] ^= 1,
            |bytes: &mut Vec<u8>| bytes.push(0),
        ] {
            states.save(&[1, 2, 3], &[7; 100]);
            let found = states.best(&[1, 2, 3]).expect("it is there");
            let mut bytes = fs::read(&found.path).expect("its bytes");
            damage(&mut bytes);
            fs::write(&found.path, bytes).expect("damaged");
            assert_eq!(states.load(&found), None);
            assert!(!found.path.exists());
        }
        for nonsense in [&b""[..], b"LECTKV1\n\xff\xff\xff\xff", b"something else entirely"] {
            fs::write(folder.path().join(format!("{}-x.state", states.key)), nonsense).expect("a file");
            assert!(states.best(&[1]).is_none());
        }
    }

    #[test]
    fn only_so_many_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let states = states(folder.path());
        for number in 0..20 {
            states.save(&[number, number], b"state");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), FILES);
    }
}
