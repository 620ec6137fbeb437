//! What a notification says: in the window, and more sparingly on the desktop, where anybody may look on.

use lectern_notify::{Notice, ThreadLost};
use lectern_sync::RepoPath;

use crate::view::Tone;

/// A notification as the list shows it.
pub(super) struct Words {
    pub tone: Tone,
    pub title: String,
    pub text: String,
}

pub(super) fn in_the_window(notice: &Notice) -> Words {
    let said = |tone, title: &str, text: String| Words { tone, title: title.to_owned(), text };
    match notice {
        Notice::PreviewReady(about) => said(Tone::Good, "Preview is ready", format!("{} answers.", about.title)),
        Notice::PreviewFailed(about) => said(Tone::Bad, "Preview ended", format!("{}: {}", about.title, about.message)),
        Notice::PreviewExpiring(about) => said(Tone::Warning, "Preview ends soon", format!("{}. Extend it to keep it.", about.title)),
        Notice::SyncFailed(about) => said(Tone::Bad, "Sync failed", about.message.clone()),
        Notice::ThreadNeedsReview(about) => Words { tone: Tone::Warning, title: unsure_title(about), text: unsure(about) },
        Notice::ThreadOutdated(about) => Words { tone: Tone::Warning, title: gone_title(about), text: gone(about) },
        Notice::CommentReply(about) => said(Tone::Good, "New reply", format!("{}: {}", about.author, one_line(&about.text))),
        Notice::JobFinished(about) => {
            Words { tone: Tone::Good, title: format!("{} finished", job(&about.kind)), text: about.title.clone() }
        }
        Notice::JobFailed(about) => {
            Words { tone: Tone::Bad, title: format!("{} failed", job(&about.kind)), text: format!("{}: {}", about.title, about.message) }
        }
        Notice::BackupFailed(about) => said(Tone::Bad, "Backup failed", about.message.clone()),
    }
}

/// Without code, without what somebody wrote, and without what a program printed.
pub(super) fn on_the_desktop(notice: &Notice) -> (String, String) {
    let title = in_the_window(notice).title;
    let text = match notice {
        Notice::PreviewReady(about) => about.title.clone(),
        Notice::PreviewFailed(about) => about.title.clone(),
        Notice::PreviewExpiring(about) => about.title.clone(),
        Notice::SyncFailed(_) => "The folder could not be synced.".to_owned(),
        Notice::ThreadNeedsReview(about) => unsure(about),
        Notice::ThreadOutdated(about) => gone(about),
        Notice::CommentReply(about) => format!("{} wrote at {}.", about.author, place(&about.path, about.line)),
        Notice::JobFinished(_) | Notice::JobFailed(_) => String::new(),
        Notice::BackupFailed(_) => "Lectern's data could not be backed up.".to_owned(),
    };
    (title, text)
}

fn unsure_title(about: &ThreadLost) -> String {
    several(about, "A thread lost its exact place", "threads lost their exact place")
}

fn gone_title(about: &ThreadLost) -> String {
    several(about, "A thread is outdated", "threads are outdated")
}

fn several(about: &ThreadLost, one: &str, many: &str) -> String {
    if about.threads > 1 { format!("{} {many}", about.threads) } else { one.to_owned() }
}

fn unsure(about: &ThreadLost) -> String {
    let place = place(&about.path, about.line);
    match (about.threads, about.candidates) {
        (2.., _) => format!("The first is at {place}. Pick a place for each."),
        (_, 0) => format!("{place} has no clear match any more. Say where it belongs."),
        (_, 1) => format!("{place} now has 1 possible match. Look whether it is the one."),
        (_, several) => format!("{place} now has {several} possible matches. Pick one."),
    }
}

fn gone(about: &ThreadLost) -> String {
    let place = place(&about.path, about.line);
    if about.threads > 1 {
        format!("The first is at {place}. They keep the original lines.")
    } else {
        format!("What stood at {place} is gone. The thread keeps the original lines.")
    }
}

fn place(path: &str, line: u32) -> String {
    let shown = RepoPath::from_key(path).map_or_else(|_| path.to_owned(), |path| String::from_utf8_lossy(path.as_bytes()).into_owned());
    match (shown.as_str(), line) {
        ("", _) => "the project".to_owned(),
        (_, 0) => shown,
        (_, line) => format!("{shown} line {line}"),
    }
}

/// What a job of this kind makes, at the beginning of a sentence.
fn job(kind: &str) -> String {
    match kind {
        "DOCS" => "Documentation".to_owned(),
        "EXPLANATION" => "Explanation".to_owned(),
        "REVIEW" => "Review".to_owned(),
        "QUESTION" => "Answer".to_owned(),
        "RENAME" => "Rename".to_owned(),
        "MOVE" => "Move".to_owned(),
        "REPLACE" => "Replacement".to_owned(),
        _ => "Job".to_owned(),
    }
}

/// The first line that says something.
fn one_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use lectern_notify::{CommentReply, JobFailed, PreviewFailed, SyncFailed};

    use super::*;

    fn lost(threads: u32, candidates: u32, line: u32) -> ThreadLost {
        ThreadLost { project_id: "p".into(), thread_id: "t".into(), threads, path: "src/sync.rs".into(), line, candidates }
    }

    #[test]
    fn a_thread_that_lost_its_place_says_where_it_was_and_how_many_places_match() {
        let words = in_the_window(&Notice::ThreadNeedsReview(lost(1, 2, 88)));
        assert_eq!(words.title, "A thread lost its exact place");
        assert_eq!(words.text, "src/sync.rs line 88 now has 2 possible matches. Pick one.");
        let words = in_the_window(&Notice::ThreadNeedsReview(lost(1, 1, 0)));
        assert_eq!(words.text, "src/sync.rs now has 1 possible match. Look whether it is the one.");
    }

    #[test]
    fn several_at_once_are_told_in_one() {
        let words = in_the_window(&Notice::ThreadNeedsReview(lost(12, 2, 88)));
        assert_eq!(
            (words.title.as_str(), words.text.as_str()),
            ("12 threads lost their exact place", "The first is at src/sync.rs line 88. Pick a place for each.")
        );
        assert_eq!(in_the_window(&Notice::ThreadOutdated(lost(3, 0, 1))).title, "3 threads are outdated");
    }

    #[test]
    fn the_desktop_is_told_neither_code_nor_words_of_a_comment_nor_output() {
        let secret = "let key = \"hunter2\";";
        let reply = CommentReply {
            project_id: "p".into(),
            thread_id: "t".into(),
            comment_id: "c".into(),
            path: "src/a.rs".into(),
            line: 3,
            author: "Noor".into(),
            text: secret.into(),
        };
        let (code, message) = (secret.to_owned(), secret.to_owned());
        let told = [
            Notice::CommentReply(reply),
            Notice::PreviewFailed(PreviewFailed {
                project_id: "p".into(),
                preview_session_id: "s".into(),
                title: "Dev server".into(),
                code: code.clone(),
                message: message.clone(),
            }),
            Notice::SyncFailed(SyncFailed {
                project_id: "p".into(),
                repo_sync_id: "s".into(),
                code: code.clone(),
                message: message.clone(),
            }),
            Notice::JobFailed(JobFailed {
                project_id: "p".into(),
                job_id: "j".into(),
                kind: "REVIEW".into(),
                title: secret.into(),
                code,
                message,
            }),
        ];
        for notice in told {
            let (title, text) = on_the_desktop(&notice);
            assert!(!title.is_empty() && !format!("{title} {text}").contains("hunter2"), "{title}: {text}");
        }
    }
}
