//! The files of a version, found by their hashes. Nothing of a request becomes a path on the disk.

use std::sync::Arc;

use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{ACCEPT, HeaderMap},
};
use lectern_objects::{ObjectError, ObjectHash, Objects};
use lectern_store::Store;
use lectern_sync::{Content, Manifest, RepoPath, list_dir, lookup};
use tokio::sync::Semaphore;

use super::{
    answer::{Freshness, Stored, refuse_unreadable},
    cache::Cache,
    listing::{Listed, listing},
    lookup::{self, Files, Found, Lead, MOST_LINKS, Trouble, follow, resolve_link},
    private::{holds_key, is_private},
    target::{BadTarget, Target},
    types::kind_of,
};
use crate::{
    gate::page,
    site::{Answer, Body, Site},
};

/// Gives contents that are not kept as an object, from wherever the very same bytes still are. What doesn't match the hash is not served.
pub type Elsewhere = dyn Fn(&RepoPath, &ObjectHash) -> Option<Vec<u8>> + Send + Sync;

/// Bytes of contents that are held ready.
const HELD: usize = 32 * 1024 * 1024;
/// Paths whose way is remembered.
const KNOWN_PATHS: usize = 16 * 1024;
/// Contents that are unpacked at the same time: each may be large.
const AT_ONCE: usize = 4;

/// A folder of a version.
pub struct VersionSite {
    tree: VersionTree,
    folder: RepoPath,
    falls_back: bool,
    /// Where paths of requests lead, as they are spelled there. A version doesn't change, so they are good for ever.
    known: Cache<Box<str>, Arc<VersionFile>>,
    held: Cache<(ObjectHash, Ending), Arc<Stored>>,
    unpacking: Semaphore,
}

struct VersionTree {
    store: Arc<Store>,
    objects: Arc<Objects>,
    manifest: Manifest,
    elsewhere: Option<Arc<Elsewhere>>,
}

struct VersionFile {
    path: RepoPath,
    hash: ObjectHash,
    /// Whether its contents were small enough to be kept.
    kept: bool,
}

type Ending = [u8; 16];

/// Why a file that is part of the version can't be shown.
enum Withheld {
    Key,
    NotKept,
    /// Kept, and damaged or gone.
    Lost,
}

impl VersionSite {
    /// Serves `folder` of the version `manifest`. Unknown paths are answered with its `index.html` when it `falls_back`.
    pub fn new(store: Arc<Store>, objects: Arc<Objects>, manifest: Manifest, folder: &RepoPath, falls_back: bool) -> Self {
        Self {
            tree: VersionTree { store, objects, manifest, elsewhere: None },
            folder: folder.clone(),
            falls_back,
            known: Cache::new(KNOWN_PATHS),
            held: Cache::new(HELD),
            unpacking: Semaphore::new(AT_ONCE),
        }
    }

    /// Where contents come from that are too large to be kept; paths are the project's.
    #[must_use]
    pub fn with_elsewhere(mut self, elsewhere: Arc<Elsewhere>) -> Self {
        self.tree.elsewhere = Some(elsewhere);
        self
    }

    async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        if let Some(refused) = refuse_unreadable(&request) {
            return refused;
        }
        let (path, asked) = (request.uri().path(), request.headers());
        if let Some(file) = self.known.get(path) {
            return self.file(file, StatusCode::OK, asked).await;
        }
        let target = match Target::parse(path) {
            Ok(target) => target,
            Err(bad) => return bad_target(bad),
        };
        let wants_page = wants_page(asked);
        let (this, followed) = (Arc::clone(&self), target.clone());
        let lead = tokio::task::spawn_blocking(move || follow(&this.tree, &this.folder, &followed, this.falls_back, wants_page));
        match lead.await {
            Ok(Ok(Lead::File(file))) => {
                let file = Arc::new(file);
                self.known.put(path.into(), Arc::clone(&file), 1);
                self.file(file, StatusCode::OK, asked).await
            }
            Ok(Ok(Lead::Instead(file, status))) => self.file(Arc::new(file), status, asked).await,
            Ok(Ok(Lead::Slash)) => lookup::with_slash(path, request.uri().query()),
            Ok(Ok(Lead::Listing(entries))) => listing(&target.path, entries),
            Ok(Ok(Lead::Missing)) => lookup::missing(),
            Ok(Ok(Lead::Private)) => lookup::kept_back(),
            Ok(Err(_)) | Err(_) => lookup::unreadable(),
        }
    }

    async fn file(self: &Arc<Self>, file: Arc<VersionFile>, status: StatusCode, asked: &HeaderMap) -> Response<Body> {
        let key = (file.hash, ending(file.path.name()));
        if let Some(stored) = self.held.get(&key) {
            return stored.answer(status, asked, freshness(&stored, status)).await;
        }
        let Ok(_permit) = self.unpacking.acquire().await else { return lookup::unreadable() };
        let this = Arc::clone(self);
        let stored = match tokio::task::spawn_blocking(move || this.tree.contents(&file)).await {
            Ok(Ok(Ok(stored))) => Arc::new(stored),
            Ok(Ok(Err(Withheld::Key))) => return lookup::kept_back(),
            Ok(Ok(Err(Withheld::NotKept))) => {
                return page(
                    StatusCode::NOT_FOUND,
                    "Not kept",
                    "This file is too large for versions: only its hash was kept, and the same bytes are not in the folder or in git any more.",
                );
            }
            Ok(Ok(Err(Withheld::Lost))) => {
                return page(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Lost",
                    "What was kept of this file is damaged or gone, and the same bytes are not in the folder or in git any more. Verify this version in Lectern.",
                );
            }
            Ok(Err(_)) | Err(_) => return lookup::unreadable(),
        };
        self.held.put(key, Arc::clone(&stored), stored.weight());
        stored.answer(status, asked, freshness(&stored, status)).await
    }
}

impl Site for VersionSite {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        Box::pin(self.serve(request))
    }
}

impl VersionTree {
    fn contents(&self, file: &VersionFile) -> Result<Result<Stored, Withheld>, Trouble> {
        let elsewhere = || {
            let bytes = self.elsewhere.as_ref()?(&file.path, &file.hash)?;
            (ObjectHash::of(&bytes) == file.hash).then_some(bytes)
        };
        let bytes = match self.objects.get(&file.hash) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => match elsewhere() {
                Some(bytes) => bytes,
                None => return Ok(Err(if file.kept { Withheld::Lost } else { Withheld::NotKept })),
            },
            // Damaged: the very same bytes may still be elsewhere.
            Err(ObjectError::Mismatch { .. }) => match elsewhere() {
                Some(bytes) => bytes,
                None => return Ok(Err(Withheld::Lost)),
            },
            Err(error) => elsewhere().ok_or(error)?,
        };
        let name = file.path.name();
        if holds_key(name, &bytes) {
            return Ok(Err(Withheld::Key));
        }
        let kind = kind_of(name, &bytes);
        Ok(Ok(Stored::new(bytes, kind, file.hash.to_string())))
    }

    /// The path that the first link on the way to `path` leads to.
    fn around_a_link(&self, path: &RepoPath) -> Result<Option<RepoPath>, Trouble> {
        let names: Vec<&[u8]> = path.names().collect();
        let mut at = RepoPath::root();
        for (index, name) in names.iter().enumerate() {
            at = at.join(name).expect("a name of a path");
            match lookup(&self.store, &self.manifest, &at)?.map(|entry| entry.content) {
                Some(Content::Directory { .. }) => {}
                Some(Content::Symlink { hash, .. }) => {
                    let text = self.objects.get(&hash)?;
                    return Ok(text.and_then(|text| resolve_link(&at, &text, &names[index + 1..])));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

impl Files for VersionTree {
    type File = VersionFile;

    fn find(&self, path: &RepoPath) -> Result<Found<VersionFile>, Trouble> {
        let mut path = path.clone();
        for _ in 0..=MOST_LINKS {
            // Again after each link: it may lead to what is never shown.
            if is_private(&path) {
                return Ok(Found::Private);
            }
            if path.is_root() {
                return Ok(Found::Directory);
            }
            match lookup(&self.store, &self.manifest, &path)?.map(|entry| entry.content) {
                Some(content @ Content::File { hash, .. }) => {
                    return Ok(Found::File(VersionFile { path, hash, kept: self.manifest.data.keeps.holds(&content) }));
                }
                Some(Content::Directory { .. }) => return Ok(Found::Directory),
                Some(Content::Submodule { .. }) => return Ok(Found::Missing),
                Some(Content::Symlink { .. }) | None => match self.around_a_link(&path)? {
                    Some(around) => path = around,
                    None => return Ok(Found::Missing),
                },
            }
        }
        Ok(Found::Missing)
    }

    fn list(&self, path: &RepoPath, most: usize) -> Result<Vec<Listed>, Trouble> {
        let mut path = path.clone();
        for _ in 0..=MOST_LINKS {
            if let Some(entries) = list_dir(&self.store, &self.manifest, &path)? {
                let listed = entries.into_iter().take(most).map(|entry| Listed {
                    directory: matches!(entry.content, Content::Directory { .. }),
                    size: matches!(entry.content, Content::File { .. }).then(|| entry.content.size()),
                    name: entry.name,
                });
                return Ok(listed.collect());
            }
            match self.around_a_link(&path)? {
                Some(around) => path = around,
                None => break,
            }
        }
        Ok(Vec::new())
    }
}

/// What of a name decides about the type: its ending with the dot. Longer ones than these say nothing.
fn ending(name: &[u8]) -> Ending {
    let mut ending = Ending::default();
    let start = name.iter().rposition(|byte| *byte == b'.').unwrap_or(name.len());
    if let Some(room) = ending.get_mut(..name.len() - start) {
        room.copy_from_slice(&name[start..]);
    }
    ending
}

/// Whether the browser would show an answer as a page.
pub(super) fn wants_page(asked: &HeaderMap) -> bool {
    asked.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Pages are asked for again each time, so that none is seen after the preview has ended; all else of a version is good for ever.
fn freshness(stored: &Stored, status: StatusCode) -> Freshness {
    if stored.kind.is_page() || status != StatusCode::OK { Freshness::Ask } else { Freshness::Forever }
}

pub(super) fn bad_target(bad: BadTarget) -> Response<Body> {
    match bad {
        BadTarget::Malformed => page(StatusCode::BAD_REQUEST, "Not a path", "This address can’t be the path of a file."),
        BadTarget::TooLong => page(StatusCode::URI_TOO_LONG, "Not a path", "This address is longer than any path."),
        BadTarget::Nowhere => lookup::missing(),
    }
}
