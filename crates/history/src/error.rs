//! Why something about a repository can't be told.

/// Why something about a repository can't be told.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// git's ownership check refused it.
    #[error("the repository belongs to another user of this computer")]
    OwnedBySomeoneElse,
    /// sha256 names, reftable references or another extension.
    #[error("the repository is in a form that can't be read here: {0}")]
    Unsupported(String),
    /// No branch, tag or commit has that name.
    #[error("“{0}” is no branch, tag or commit of this repository")]
    UnknownReference(String),
    /// The repository does not have the commit, or several begin so.
    #[error("this repository has no commit {0}")]
    UnknownCommit(String),
    /// An object is not there (a shallow or damaged clone), or is larger than anything that is read.
    #[error("the object {0} can't be read")]
    Missing(git2::Oid),
    /// The commit does not have the file.
    #[error("git does not have this file")]
    NotInGit,
    /// Somebody set the flag.
    #[error("this was cancelled")]
    Cancelled,
    /// The time that was given is over.
    #[error("this took too long")]
    TooSlow,
    /// The git program failed or answered something else.
    #[error("git could not tell: {0}")]
    Git(String),
    /// libgit2's.
    #[error("the repository can't be read: {0}")]
    Library(String),
    /// The system's.
    #[error("git could not be run: {0}")]
    Io(#[from] std::io::Error),
}

impl From<git2::Error> for HistoryError {
    fn from(error: git2::Error) -> Self {
        let says = ["unsupported extension", "unknown object format", "unsupported repository version", "object format"];
        if error.code() == git2::ErrorCode::Owner {
            Self::OwnedBySomeoneElse
        } else if says.iter().any(|words| error.message().contains(words)) {
            Self::Unsupported(error.message().to_owned())
        } else {
            Self::Library(error.message().to_owned())
        }
    }
}
