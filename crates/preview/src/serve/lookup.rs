//! Where a path of a preview leads: a file, a folder's page, or nothing. The rules are the same for a version and for the folder.

use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, HeaderValue, LOCATION},
};
use lectern_sync::RepoPath;

use super::{listing::Listed, private::is_private, target::Target};
use crate::{
    gate::page,
    site::{Body, whole},
};

pub(super) const INDEX: &[u8] = b"index.html";
const NOT_FOUND: &[u8] = b"404.html";
/// Instructions for one hoster's servers, at the top of what is served. They are neither followed nor shown, as there.
const INSTRUCTIONS: [&[u8]; 2] = [b"_headers", b"_redirects"];

/// What is at a path, links followed as far as they stay within the project.
pub(super) enum Found<F> {
    File(F),
    Directory,
    /// Nothing, or what is neither file nor folder.
    Missing,
    /// It is there or not, but never shown.
    Private,
}

/// Files that a preview is made of. Paths are the project's.
pub(super) trait Files {
    /// A file that was found.
    type File;

    fn find(&self, path: &RepoPath) -> Result<Found<Self::File>, Trouble>;

    /// What is in a folder, in no particular order, up to `most`.
    fn list(&self, path: &RepoPath, most: usize) -> Result<Vec<Listed>, Trouble>;
}

/// Files could not be read. What exactly is nobody's business who sees the page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Version(#[from] lectern_sync::SyncError),
    #[error(transparent)]
    Objects(#[from] lectern_objects::ObjectError),
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

/// Where a path leads.
pub(super) enum Lead<F> {
    /// To the file that it names, directly or as its folder's index.
    File(F),
    /// To a file that stands in for what isn't there.
    Instead(F, StatusCode),
    /// To the same path with a slash at its end.
    Slash,
    /// To a folder without an index.
    Listing(Vec<Listed>),
    Missing,
    Private,
}

/// A folder shows so many of its entries.
pub(super) const MOST_LISTED: usize = 10_000;

/// Follows `target` beneath `folder`. An unknown path leads to the index when the site `falls_back` and the browser wants a page.
pub(super) fn follow<S: Files>(
    site: &S,
    folder: &RepoPath,
    target: &Target,
    falls_back: bool,
    wants_page: bool,
) -> Result<Lead<S::File>, Trouble> {
    let path = beneath(folder, &target.path);
    if is_private(&path) {
        return Ok(Lead::Private);
    }
    if INSTRUCTIONS.contains(&target.path.as_bytes()) {
        return Ok(Lead::Missing);
    }
    match site.find(&path)? {
        Found::Private => return Ok(Lead::Private),
        Found::File(file) if !target.directory => return Ok(Lead::File(file)),
        Found::Directory if !target.directory => return Ok(Lead::Slash),
        Found::Directory => {
            return Ok(match site.find(&child(&path, INDEX))? {
                Found::File(file) => Lead::File(file),
                _ => Lead::Listing(site.list(&path, MOST_LISTED + 1)?),
            });
        }
        Found::File(_) | Found::Missing => {}
    }
    if !target.directory && !target.path.is_root() {
        let named = [path.as_bytes(), b".html"].concat();
        if let Ok(named) = RepoPath::new(named)
            && let Found::File(file) = site.find(&named)?
        {
            return Ok(Lead::File(file));
        }
    }
    if falls_back
        && wants_page
        && let Found::File(file) = site.find(&child(folder, INDEX))?
    {
        return Ok(Lead::Instead(file, StatusCode::OK));
    }
    if wants_page && let Found::File(file) = site.find(&child(folder, NOT_FOUND))? {
        return Ok(Lead::Instead(file, StatusCode::NOT_FOUND));
    }
    Ok(Lead::Missing)
}

/// `path` within `folder`.
pub(super) fn beneath(folder: &RepoPath, path: &RepoPath) -> RepoPath {
    path.names().fold(folder.clone(), |folder, name| child(&folder, name))
}

pub(super) fn child(folder: &RepoPath, name: &[u8]) -> RepoPath {
    folder.join(name).expect("a name of a path, or one of ours")
}

/// The most links that one path may lead over; more are a circle.
pub(super) const MOST_LINKS: usize = 40;

/// The path that a link at `at` (a path) with the text `text` leads to, followed by `rest`; `None` when it leads out.
pub(super) fn resolve_link(at: &RepoPath, text: &[u8], rest: &[&[u8]]) -> Option<RepoPath> {
    if text.is_empty() || text.starts_with(b"/") || text.len() > 4096 {
        return None;
    }
    let mut names: Vec<&[u8]> = at.names().collect();
    names.pop();
    for name in text.split(|byte| *byte == b'/').chain(rest.iter().copied()) {
        match name {
            b"" | b"." => {}
            b".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    RepoPath::new(names.join(&b'/')).ok()
}

/// The answer for a path that leads to no file.
pub(super) fn missing() -> Response<Body> {
    page(StatusCode::NOT_FOUND, "Nothing here", "There is no file at this address.")
}

/// The answer for a file that is kept back.
pub(super) fn kept_back() -> Response<Body> {
    page(StatusCode::FORBIDDEN, "Kept back", "Previews never show environment files, repositories, or private keys.")
}

/// The answer when files can't be read.
pub(super) fn unreadable() -> Response<Body> {
    page(StatusCode::INTERNAL_SERVER_ERROR, "Can’t be read", "This file can’t be read right now.")
}

/// Sends the browser to the same address with a slash at the end of its path.
pub(super) fn with_slash(path: &str, query: Option<&str>) -> Response<Body> {
    let mut answer = Response::new(whole(""));
    *answer.status_mut() = StatusCode::FOUND;
    let to = query.map_or_else(|| format!("{path}/"), |query| format!("{path}/?{query}"));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    match HeaderValue::try_from(to) {
        Ok(to) => drop(answer.headers_mut().insert(LOCATION, to)),
        Err(_) => return missing(),
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_within_the_project_or_nowhere() {
        let path = |text: &str| RepoPath::new(text).expect("a path");
        assert_eq!(resolve_link(&path("a/b"), b"../c", &[]), Some(path("c")));
        assert_eq!(resolve_link(&path("a/b"), b"./d", &[b"e"]), Some(path("a/d/e")));
        assert_eq!(resolve_link(&path("a"), b".", &[]), Some(RepoPath::root()));
        for out in [&b"../../c"[..], b"/etc/passwd", b"", b"..\0/x", b"../../../a/c"] {
            assert_eq!(resolve_link(&path("a/b"), out, &[]), None, "{:?}", String::from_utf8_lossy(out));
        }
    }
}
