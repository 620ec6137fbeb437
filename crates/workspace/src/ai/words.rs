//! How jobs are called before they have a page.

use lectern_ai::Subject;

/// The title of a job about this.
pub(crate) fn title_of(subject: &Subject, project: &str) -> String {
    match subject {
        Subject::Project => project.to_owned(),
        Subject::Folder { path } => format!("{path}/"),
        Subject::File { path } => path.clone(),
        Subject::Symbol { path, name, .. } if name.is_empty() => path.clone(),
        Subject::Symbol { name, .. } => name.clone(),
        Subject::Selection { path, line_start, line_end } if line_start == line_end => format!("{path}:{line_start}"),
        Subject::Selection { path, line_start, line_end } => format!("{path}:{line_start}-{line_end}"),
        Subject::Diff { from, to, path: None } => format!("v{from} to v{to}"),
        Subject::Diff { from, to, path: Some(path) } => format!("{path}, v{from} to v{to}"),
    }
}
