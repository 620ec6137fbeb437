//! The files of a folder as they are now, opened beneath a handle of it.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::Arc,
    time::SystemTime,
};

use hyper::{Request, Response, StatusCode, body::Incoming, header::HeaderMap};
use lectern_sync::RepoPath;
use tokio::sync::Semaphore;

use super::{
    answer::{Freshness, Stored, refuse_unreadable},
    beneath::{Beneath, Place, Stamp, list},
    cache::Cache,
    connection::InBrowser,
    injection::inject,
    large::Large,
    listing::{Listed, listing},
    lookup::{self, Files, Found, INDEX, Lead, MOST_LINKS, Trouble, beneath, child, follow, resolve_link},
    private::{holds_key, is_private},
    target::Target,
    types::kind_of,
    version::{bad_target, wants_page},
};
use crate::site::{Answer, Body, Site};

/// Bytes of contents that are held ready.
const HELD: usize = 32 * 1024 * 1024;
/// A file up to this many bytes is read as a whole; a larger one is sent piece by piece.
const WHOLE: u64 = 12 * 1024 * 1024;
/// Files that are read as a whole at the same time.
const AT_ONCE: usize = 4;
/// A file that changes while it is read is read this often, then sent as it is and not kept.
const ATTEMPTS: usize = 3;
/// Of a larger file this many first bytes tell what it is.
const HEAD: u64 = 64 * 1024;

/// A folder of a project, served as it is at each moment.
pub struct FolderSite {
    tree: FolderTree,
    folder: RepoPath,
    falls_back: bool,
    /// By the path without any link on it, good while the stamp is the same.
    held: Cache<RepoPath, (Stamp, Arc<Stored>)>,
    reading: Semaphore,
}

struct FolderTree(Beneath);

struct FolderFile {
    /// Without links.
    path: RepoPath,
    file: File,
    stamp: Stamp,
}

/// A file, read or about to be.
enum Contents {
    Whole(Arc<Stored>),
    Large(Large),
    Key,
}

impl FolderSite {
    /// Serves `folder` of the project at `root`. Unknown paths are answered with its `index.html` when it `falls_back`.
    ///
    /// # Errors
    /// When the root can't be opened. Whether there is such a folder is told by its page.
    pub fn new(root: &Path, folder: &RepoPath, falls_back: bool) -> io::Result<Self> {
        Ok(Self {
            tree: FolderTree(Beneath::open(root)?),
            folder: folder.clone(),
            falls_back,
            held: Cache::new(HELD),
            reading: Semaphore::new(AT_ONCE),
        })
    }

    async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        if let Some(refused) = refuse_unreadable(&request) {
            return refused;
        }
        let (path, asked) = (request.uri().path(), request.headers());
        let target = match Target::parse(path) {
            Ok(target) => target,
            Err(bad) => return bad_target(bad),
        };
        let in_browser = request.extensions().get::<InBrowser>().is_some();
        if let Some(stored) = self.at_hand(&target) {
            return whole(stored, StatusCode::OK, asked, in_browser).await;
        }
        let Ok(permit) = self.reading.acquire().await else { return lookup::unreadable() };
        let (this, followed, wants_page) = (Arc::clone(&self), target.clone(), wants_page(asked));
        let lead = tokio::task::spawn_blocking(move || this.follow(&followed, wants_page)).await;
        drop(permit);
        let (contents, status) = match lead {
            Ok(Ok(Lead::File(contents))) => (contents, StatusCode::OK),
            Ok(Ok(Lead::Instead(contents, status))) => (contents, status),
            Ok(Ok(Lead::Slash)) => return lookup::with_slash(path, request.uri().query()),
            Ok(Ok(Lead::Listing(entries))) => return listing(&target.path, entries),
            Ok(Ok(Lead::Missing)) => return lookup::missing(),
            Ok(Ok(Lead::Private)) => return lookup::kept_back(),
            Ok(Err(_)) | Err(_) => return lookup::unreadable(),
        };
        match contents {
            Contents::Whole(stored) => whole(stored, status, asked, in_browser).await,
            Contents::Large(large) => large.answer(status, asked),
            Contents::Key => lookup::kept_back(),
        }
    }

    /// What was read before and is still the same. Everything else, also what may not be shown, is looked at anew.
    fn at_hand(&self, target: &Target) -> Option<Arc<Stored>> {
        let mut path = beneath(&self.folder, &target.path);
        if target.directory {
            path = child(&path, INDEX);
        }
        let (stamp, stored) = self.held.get(&path)?;
        (self.tree.0.stamp_at_hand(&path)? == stamp).then_some(stored)
    }

    fn follow(&self, target: &Target, wants_page: bool) -> Result<Lead<Contents>, Trouble> {
        Ok(match follow(&self.tree, &self.folder, target, self.falls_back, wants_page)? {
            Lead::File(file) => Lead::File(self.read(file)?),
            Lead::Instead(file, status) => Lead::Instead(self.read(file)?, status),
            Lead::Slash => Lead::Slash,
            Lead::Listing(entries) => Lead::Listing(entries),
            Lead::Missing => Lead::Missing,
            Lead::Private => Lead::Private,
        })
    }

    fn read(&self, found: FolderFile) -> io::Result<Contents> {
        let FolderFile { path, mut file, mut stamp } = found;
        for attempt in 1.. {
            if stamp.size > WHOLE {
                let mut head = Vec::new();
                (&mut file).take(HEAD).read_to_end(&mut head)?;
                file.seek(SeekFrom::Start(0))?;
                let kind = kind_of(path.name(), &head);
                return Ok(if holds_key(path.name(), &head) { Contents::Key } else { Contents::Large(Large::new(file, stamp, kind)) });
            }
            let now = SystemTime::now();
            let mut bytes = Vec::with_capacity(usize::try_from(stamp.size).unwrap_or(0) + 1);
            (&mut file).take(WHOLE + 1).read_to_end(&mut bytes)?;
            let after = Stamp::of_file(&file)?;
            let steady = after == stamp && bytes.len() as u64 == stamp.size;
            if !steady && attempt < ATTEMPTS {
                stamp = after;
                file.seek(SeekFrom::Start(0))?;
                continue;
            }
            if holds_key(path.name(), &bytes) {
                return Ok(Contents::Key);
            }
            let (tag, kind) = (blake3::hash(&bytes).to_hex().to_string(), kind_of(path.name(), &bytes));
            let stored = Arc::new(Stored::new(bytes, kind, tag));
            if steady && stamp.has_settled(now) {
                self.held.put(path, (stamp, Arc::clone(&stored)), stored.weight());
            }
            return Ok(Contents::Whole(stored));
        }
        unreachable!("the last attempt returns")
    }
}

async fn whole(stored: Arc<Stored>, status: StatusCode, asked: &HeaderMap, in_browser: bool) -> Response<Body> {
    if in_browser
        && stored.kind.is_page()
        && let Some(page) = inject(&stored.bytes)
    {
        return Arc::new(stored.changed(page, "reloading")).answer(status, asked, Freshness::Ask).await;
    }
    stored.answer(status, asked, Freshness::Ask).await
}

impl Site for FolderSite {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        Box::pin(self.serve(request))
    }
}

impl FolderTree {
    /// What is at a path with every link on the way resolved within the project.
    fn resolve(&self, path: &RepoPath) -> io::Result<Option<(RepoPath, Place)>> {
        let mut path = path.clone();
        for _ in 0..=MOST_LINKS {
            // Again after each link: it may lead to what is never shown.
            if is_private(&path) {
                return Ok(None);
            }
            match self.0.find(&path)? {
                Place::Link(at, text, rest) => {
                    let rest: Vec<&[u8]> = rest.iter().map(Vec::as_slice).collect();
                    match resolve_link(&at, &text, &rest) {
                        Some(around) => path = around,
                        None => return Ok(Some((path, Place::Missing))),
                    }
                }
                place => return Ok(Some((path, place))),
            }
        }
        Ok(Some((path, Place::Missing)))
    }
}

impl Files for FolderTree {
    type File = FolderFile;

    fn find(&self, path: &RepoPath) -> Result<Found<FolderFile>, Trouble> {
        Ok(match self.resolve(path)? {
            None => Found::Private,
            Some((path, Place::File(file, stamp))) => Found::File(FolderFile { path, file, stamp }),
            Some((_, Place::Directory(_))) => Found::Directory,
            Some((_, Place::Missing | Place::Link(..))) => Found::Missing,
        })
    }

    fn list(&self, path: &RepoPath, most: usize) -> Result<Vec<Listed>, Trouble> {
        match self.resolve(path)? {
            Some((_, Place::Directory(folder))) => Ok(list(folder, most)?),
            _ => Ok(Vec::new()),
        }
    }
}
