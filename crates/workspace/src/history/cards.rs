//! What the window is told of commits, branches and tags.

use std::collections::HashMap;

use lectern_history::{Commit, Found, Label, LabelKind, Oid, Repo};
use lectern_store::Timestamp;
use lectern_sync::RepoPath;

use crate::view::{BranchCard, CommitCard, CommitDetail, RefKind, RefLabel, References, TagCard};

/// In bytes.
const LONGEST_MESSAGE: usize = 64 * 1024;
/// In characters, of a name or an address.
const LONGEST_NAME: usize = 200;
/// The last second of the year 9999: what claims to be later has a clock gone wrong.
const LATEST: i64 = 253_402_300_799;

pub(super) type Labels = HashMap<Oid, Vec<Label>>;

/// The card of a commit of a list; of one that can't be read any more, with its id.
pub(super) fn card_of(repo: &Repo, found: &Found, labels: &Labels, versions: &HashMap<String, u32>) -> CommitCard {
    let path = found.path.as_ref().and_then(|path| RepoPath::new(path.to_vec()).ok()).map(|path| path.key());
    match repo.commit(found.id) {
        Ok(commit) => CommitCard { path, ..card(&commit, labels, versions) },
        Err(_) => CommitCard {
            id: found.id.to_string(),
            summary: "This commit can't be read".to_owned(),
            author: String::new(),
            email: String::new(),
            authored_at: time(0),
            parents: Vec::new(),
            refs: Vec::new(),
            path,
            version: None,
        },
    }
}

fn card(commit: &Commit, labels: &Labels, versions: &HashMap<String, u32>) -> CommitCard {
    let id = commit.id.to_string();
    CommitCard {
        summary: commit.short_summary(),
        author: name(&commit.author.name),
        email: name(&commit.author.email),
        authored_at: time(commit.author.time),
        parents: commit.parents.iter().map(Oid::to_string).collect(),
        refs: labels.get(&commit.id).into_iter().flatten().map(label).collect(),
        path: None,
        version: versions.get(&id).copied(),
        id,
    }
}

pub(super) fn detail(commit: Commit, labels: &Labels, versions: &HashMap<String, u32>) -> CommitDetail {
    let card = card(&commit, labels, versions);
    let mut message = commit.message;
    if message.len() > LONGEST_MESSAGE {
        let end = (0..=LONGEST_MESSAGE).rev().find(|end| message.is_char_boundary(*end)).unwrap_or(0);
        message.truncate(end);
    }
    CommitDetail {
        card,
        message: message.trim_end().to_owned(),
        committer: name(&commit.committer.name),
        committer_email: name(&commit.committer.email),
        committed_at: time(commit.committer.time),
    }
}

fn label(label: &Label) -> RefLabel {
    let kind = match label.kind {
        LabelKind::Head => RefKind::Head,
        LabelKind::Branch => RefKind::Branch,
        LabelKind::Remote => RefKind::Remote,
        LabelKind::Tag => RefKind::Tag,
    };
    RefLabel { name: label.name.clone(), kind }
}

pub(super) fn references(found: lectern_history::References) -> References {
    let branches = found.branches.into_iter().map(|branch| BranchCard {
        name: branch.name,
        remote: branch.remote,
        current: branch.current,
        commit: branch.commit.id.to_string(),
        summary: branch.commit.short_summary(),
        author: name(&branch.commit.author.name),
        committed_at: time(branch.commit.committer.time),
        upstream: branch.upstream,
        ahead: branch.ahead_behind.map(|(ahead, _)| ahead),
        behind: branch.ahead_behind.map(|(_, behind)| behind),
    });
    let tags = found.tags.into_iter().map(|tag| TagCard {
        name: tag.name,
        commit: tag.commit.id.to_string(),
        summary: tag.commit.short_summary(),
        tagged_at: time(tag.time),
        message: tag.message,
    });
    References {
        is_git: true,
        head: found.head.map(|id| id.to_string()),
        branch: found.branch,
        branches: branches.collect(),
        tags: tags.collect(),
    }
}

/// Names come from anybody: one line, and not too much of it.
pub(super) fn name(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect()
}

/// Seconds since 1970 as the interface writes times; brought into the years it can show.
pub(crate) fn time(seconds: i64) -> String {
    let millis = seconds.clamp(0, LATEST) * 1000;
    Timestamp::from_millis(millis).map(|time| time.to_string()).unwrap_or_default()
}
