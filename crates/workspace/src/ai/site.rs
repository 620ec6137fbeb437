//! Pages about a whole project, written out as a folder of Markdown files.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use lectern_ai::{Checks, JobType, Page, Subject};

use super::ProjectVersion;
use crate::{
    Workspace,
    view::{AiRequest, DocsWritten, Failure, JobStatus},
};

/// The file that says that a folder holds pages of ours, which may be written over.
const MARK: &str = ".lectern-docs";

impl Workspace {
    /// Writes a page about the project and one about each of its code files into `out`: a new folder, an empty one, or one that holds such pages.
    /// What was written before from the same code is taken as it is. `tell` hears how many pages of how many are done, and which is next.
    ///
    /// # Errors
    /// As a job; `TARGET_UNWRITABLE`. Pages that were written stay among the jobs.
    pub fn docs_site(
        self: &Arc<Self>,
        project_id: &str,
        model: Option<&str>,
        no_prose: bool,
        out: &Path,
        stop: &(dyn Fn() -> bool + Sync),
        tell: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<DocsWritten, Failure> {
        refuse_foreign(out, self.data.path())?;
        let project = self.project(project_id)?;
        let manifest = self.manifest(&project, None)?;
        let version = manifest.version;
        let files = ProjectVersion::open(&self.store, &self.objects, &project, manifest)?;
        let of_code = |path: &str| lectern_syntax::language_of_file_name(path).is_some_and(lectern_ai::is_code);
        let paths = lectern_ai::Version::files(&files).iter().map(|file| &file.path).filter(|path| of_code(path));
        let subjects: Vec<Subject> =
            std::iter::once(Subject::Project).chain(paths.map(|path| Subject::File { path: path.clone() })).collect();
        let mut pages: Vec<Page> = Vec::new();
        for (done, subject) in subjects.iter().enumerate() {
            tell(done, subjects.len(), &super::words::title_of(subject, &project.name));
            let request = AiRequest {
                job_type: JobType::Docs,
                subject: subject.clone(),
                version: Some(version),
                model: model.map(str::to_owned),
                no_prose,
            };
            let submitted = self.submit_ai_job(project_id, &request)?;
            self.run_ai_job_here(&submitted.job_id, stop)?;
            let ended = self.ai_job(&submitted.job_id)?;
            match (ended.job.status, ended.page) {
                (JobStatus::Success, Some(page)) => pages.push(page),
                _ => return Err(ended.job.error.unwrap_or_else(|| Failure::internal("a page was not written"))),
            }
        }
        let files = lectern_ai::docs_site(&pages);
        write_site(out, self.data.path(), &files).map_err(|error| unwritable(out, &error.to_string()))?;
        Ok(DocsWritten {
            version,
            pages: crate::syncing::count(pages.len() as u64),
            files: crate::syncing::count(files.len() as u64),
            checks: sum(&pages),
        })
    }

    /// Whether this is a folder of the project, in a version or the latest.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`, `FILE_MISSING`.
    pub fn is_folder_of(&self, project_id: &str, path: &str, version: Option<u32>) -> Result<bool, Failure> {
        let project = self.project(project_id)?;
        let manifest = self.manifest(&project, version)?;
        let entry = lectern_sync::lookup(&self.store, &manifest, &lectern_sync::RepoPath::from_key(path)?)?;
        let entry = entry.ok_or_else(|| Failure::new("FILE_MISSING", format!("“{path}” is not in v{}", manifest.version)))?;
        Ok(matches!(entry.content, lectern_sync::Content::Directory { .. }))
    }
}

fn unwritable(out: &Path, why: &str) -> Failure {
    Failure::new("TARGET_UNWRITABLE", format!("“{}” can't be written: {why}", out.display()))
        .hint("Choose another folder, or free some space.")
}

fn refuse_foreign(out: &Path, data: &Path) -> Result<(), Failure> {
    if is_inside(out, data) {
        return Err(unwritable(out, "it is inside Lectern's own data folder"));
    }
    let mut entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(out, &error.to_string())),
    };
    let is_ours = || fs::symlink_metadata(out.join(MARK)).is_ok_and(|mark| mark.is_file());
    if entries.next().is_some() && !is_ours() { Err(unwritable(out, "other files are in it")) } else { Ok(()) }
}

/// Whether a folder, there or not yet, is in the data folder.
fn is_inside(out: &Path, data: &Path) -> bool {
    let Ok(out) = std::path::absolute(out) else { return false };
    let there = out.ancestors().find_map(|folder| fs::canonicalize(folder).ok());
    let data = fs::canonicalize(data);
    there.zip(data.ok()).is_some_and(|(there, data)| there.starts_with(data))
}

fn write_site(out: &Path, data: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir_all(out)?;
    // Only now it is certain where it is.
    if is_inside(out, data) {
        return Err(io::Error::other("it is inside Lectern's own data folder"));
    }
    write_page(out, MARK, b"Pages written by Lectern; they are written over the next time.\n")?;
    for (path, bytes) in files {
        write_page(out, path, bytes)?;
    }
    Ok(())
}

/// Writes a file of the site. Whoever put the folder there may have put links into it, a project for one: none is followed, neither as a folder nor
/// as the file.
fn write_page(out: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut folder = out.to_owned();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder.push(part);
        match fs::symlink_metadata(&folder) {
            Ok(there) if there.is_dir() => {}
            Ok(_) => return Err(io::Error::other(format!("{path} would be written through something that is no folder"))),
            Err(_) => fs::create_dir(&folder)?,
        }
    }
    let part = folder.join(format!(".lectern.{}.part", std::process::id()));
    // A name of ours in a folder of ours; a link by this name goes, not what it leads to.
    let _ = fs::remove_file(&part);
    let mut file = fs::File::options().write(true).create_new(true).open(&part)?;
    let written = file.write_all(bytes).and_then(|()| fs::rename(&part, folder.join(name)));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

fn sum(pages: &[Page]) -> Checks {
    let mut sum = Checks::default();
    for checks in pages.iter().map(|page| page.checks) {
        sum.sentences += checks.sentences;
        sum.cited += checks.cited;
        sum.uncited += checks.uncited;
        sum.citations_resolved += checks.citations_resolved;
        sum.citations_dropped += checks.citations_dropped;
        sum.names_known += checks.names_known;
        sum.names_unknown += checks.names_unknown;
        sum.paths_unknown += checks.paths_unknown;
        sum.sentences_dropped += checks.sentences_dropped;
        sum.symbols += checks.symbols;
        sum.secrets_withheld += checks.secrets_withheld;
        sum.parts += checks.parts;
    }
    sum
}
