//! Documents as pages, and the files that a page shows.

use lectern_reader::{BeneathError, Document, LoadedFile, Root, render_markdown};
use lectern_sync::{Content, RepoPath, lookup};

use crate::{
    Workspace,
    reading::DocumentName,
    view::{Failure, RenderedMarkdown, Side},
};

const LARGEST_EMBEDDED: usize = 32 * 1024 * 1024;

impl Workspace {
    /// A Markdown document as sanitised HTML.
    ///
    /// # Errors
    /// `NOT_TEXT`, `DOCUMENT_CHANGED`.
    pub fn render_markdown(&self, document: &str) -> Result<RenderedMarkdown, Failure> {
        let text = self.file_text(document)?;
        let path = RepoPath::from_key(DocumentName::parse(document)?.path)?;
        let folder = path.parent().map(|parent| String::from_utf8_lossy(parent.as_bytes()).into_owned()).unwrap_or_default();
        Ok(RenderedMarkdown { html: render_markdown(&text, &folder) })
    }

    /// The bytes of a file that a rendered page shows, such as an image, from the state of the project that the page is of. A link in a version or a
    /// commit leads nowhere.
    ///
    /// # Errors
    /// `TOO_LARGE` above 32 MB, `FILE_MISSING`, `NOT_A_FILE`, `NOT_KEPT`, `UNKNOWN_VERSION`, `UNKNOWN_COMMIT`, and see [`BeneathError`].
    pub fn project_bytes(&self, project_id: &str, path_key: &str, side: Side) -> Result<Vec<u8>, Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path_key)?;
        match side {
            Side::WorkingTree => {
                let file = Root::open(&project.root)?.open_file(path.as_path())?;
                let name = String::from_utf8_lossy(path.name());
                let document = Document::open(&name, LoadedFile::Disk(file)).map_err(BeneathError::Unreadable)?;
                if document.size() > LARGEST_EMBEDDED as u64 {
                    return Err(too_large());
                }
                Ok(document.bytes(0, LARGEST_EMBEDDED).map_err(BeneathError::Unreadable)?)
            }
            Side::Version { version } => {
                let manifest = self.manifest(&project, Some(version))?;
                let entry = lookup(&self.store, &manifest, &path)?.ok_or(BeneathError::Missing)?;
                match entry.content {
                    Content::File { size, .. } if size > LARGEST_EMBEDDED as u64 => Err(too_large()),
                    Content::File { .. } => self.contents(&manifest, &path),
                    _ => Err(BeneathError::NotAFile.into()),
                }
            }
            Side::Commit { commit } => {
                let (_, bytes, is_link) = self.contents_in_commit(&project, &String::from(commit), &path, LARGEST_EMBEDDED)?;
                if is_link { Err(BeneathError::NotAFile.into()) } else { Ok(bytes) }
            }
            Side::Empty => Err(BeneathError::Missing.into()),
        }
    }
}

fn too_large() -> Failure {
    Failure::new("TOO_LARGE", "this file is too large to show inside a page").hint("Open it by itself.")
}
