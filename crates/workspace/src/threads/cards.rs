//! Threads as the window shows them.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use lectern_accounts::UserId;
use lectern_comments::{AnchorEvent, AuthorType as Author, Comment, CommentThread, MOST_CANDIDATES, Place, PlaceCandidate, State};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_sync::{Manifest, RepoPath, latest_manifest, lookup, version_numbers};

use super::{
    rendering::{Piece, pieces},
    states::{document_of, file_name, text_of},
    suggestions::{lines_of, refusal},
};
use crate::{
    Workspace,
    comparing::{coloured_lines, excerpt_rows},
    view::{AuthorType, CommentCard, CommentPart, Failure, ThreadAnchorEvent, ThreadCandidate, ThreadCard, ThreadPlace, ThreadState},
};

/// Lines of a candidate that are shown.
const CANDIDATE_LINES: u32 = 12;

/// What cards of a project's threads are made from; asked for once for all of them.
pub(super) struct CardMaker<'a> {
    workspace: &'a Workspace,
    user: UserId,
    latest: Option<Manifest>,
    versions: BTreeSet<u32>,
    unread: HashSet<String>,
    names: HashMap<String, String>,
    /// Texts of the files that threads are in.
    texts: HashMap<ObjectHash, Option<Arc<str>>>,
}

impl<'a> CardMaker<'a> {
    pub fn new(workspace: &'a Workspace, project: &Project) -> Result<Self, Failure> {
        let user = workspace.user()?;
        let id = project.id.as_str();
        Ok(Self {
            latest: latest_manifest(&workspace.store, id)?,
            versions: version_numbers(&workspace.store, id)?.into_iter().collect(),
            unread: workspace.comments().unread(user.as_str(), id)?.into_iter().collect(),
            names: HashMap::new(),
            texts: HashMap::new(),
            workspace,
            user,
        })
    }

    /// A text that is at hand already.
    pub fn knows(&mut self, object: ObjectHash, text: Option<Arc<str>>) {
        self.texts.insert(object, text);
    }

    pub fn is_unread(&self, thread_id: &str) -> bool {
        self.unread.contains(thread_id)
    }

    /// Who wrote a comment, in words.
    pub fn author(&mut self, comment: &Comment) -> String {
        match (&comment.author_id, comment.author_type) {
            (_, Author::Ai) => comment.model.as_deref().map_or_else(|| "AI".to_owned(), |model| format!("AI ({model})")),
            (Some(id), _) if id == self.user.as_str() => "You".to_owned(),
            (Some(id), _) => {
                let accounts = &self.workspace.accounts;
                let name = || accounts.user(&UserId::new(id.as_str())).map(|user| user.display_name).unwrap_or_default();
                self.names.entry(id.clone()).or_insert_with(name).clone()
            }
            (None, _) if comment.author_name.is_empty() => "Somebody".to_owned(),
            (None, _) => lectern_comments::exchange::Author::parse(&comment.author_name).shown().to_owned(),
        }
    }

    /// A thread with its comments.
    pub fn card(&mut self, thread: &CommentThread) -> Result<ThreadCard, Failure> {
        let comments = self.workspace.comments().comments(&thread.id)?;
        let unread = self.is_unread(&thread.id);
        let read_at = if unread { self.workspace.comments().read_at(self.user.as_str(), &thread.id)? } else { None };
        let can_undo = self.workspace.comments().can_undo_place(&thread.id)?;
        let mut candidates = Vec::new();
        if matches!(thread.state, State::NeedsReview | State::Outdated) && !thread.anchor.kept {
            for candidate in thread.anchor.candidates.iter().take(MOST_CANDIDATES) {
                candidates.push(self.candidate(candidate));
            }
        }
        let mut cards = Vec::new();
        for comment in &comments {
            let is_mine = comment.author_id.as_deref() == Some(self.user.as_str());
            cards.push(CommentCard {
                id: comment.id.clone(),
                author_type: author_type(comment.author_type),
                author: self.author(comment),
                mine: is_mine,
                body: comment.body.clone(),
                parts: self.parts(thread, &comment.body),
                created_at: comment.created_at.to_string(),
                edited_at: comment.edited_at.map(|at| at.to_string()),
                unread: unread && !is_mine && read_at.is_none_or(|read_at| comment.created_at > read_at),
            });
        }
        Ok(ThreadCard {
            id: thread.id.clone(),
            project_id: thread.project_id.clone(),
            state: state(thread.state),
            place: place(&thread.place),
            origin: place(&thread.origin.place()),
            origin_version: thread.origin.version.filter(|version| self.versions.contains(version)),
            origin_commit: thread.origin.commit.clone(),
            confidence: percent(thread.anchor.confidence),
            method: thread.anchor.method.clone(),
            candidates,
            kept: thread.anchor.kept,
            can_undo_place: can_undo,
            resolved: thread.resolved_at.is_some(),
            unread,
            comments: cards,
            created_at: thread.created_at.to_string(),
            updated_at: thread.updated_at.to_string(),
            imported_from: thread.source.as_deref().map(|source| source.split(':').next().unwrap_or(source).to_owned()),
        })
    }

    fn candidate(&mut self, candidate: &PlaceCandidate) -> ThreadCandidate {
        let text = self.text_at(&candidate.path);
        let document = text.and_then(|text| document_of(file_name(&candidate.path), &text));
        let last = candidate.line_end.min(candidate.line_start.saturating_add(CANDIDATE_LINES - 1));
        ThreadCandidate {
            place: ThreadPlace { path: candidate.path.clone(), line_start: candidate.line_start, line_end: candidate.line_end },
            score: percent(candidate.score),
            lines: document.map(|document| coloured_lines(document, candidate.line_start, last)).unwrap_or_default(),
        }
    }

    fn parts(&mut self, thread: &CommentThread, body: &str) -> Vec<CommentPart> {
        let mut parts = Vec::new();
        let mut index = 0;
        for piece in pieces(body).iter() {
            match piece {
                Piece::Html(html) => parts.push(CommentPart::Html { html: html.clone() }),
                Piece::Suggestion(text) => {
                    let now = thread.anchor.object.and_then(|object| self.text(&object));
                    let current = now.as_deref().zip(thread.place.range()).map(|(now, range)| lines_of(now, range));
                    let name = file_name(&thread.place.path);
                    let first = thread.place.line_start;
                    let rows = current.as_ref().map(|current| excerpt_rows(name, (current, first), (text, first))).unwrap_or_default();
                    let refusal = refusal(thread, current.as_deref(), text);
                    parts.push(CommentPart::Suggestion { index, text: text.clone(), rows, refusal });
                    index += 1;
                }
            }
        }
        parts
    }

    /// What the latest version has at a path.
    fn text_at(&mut self, path: &str) -> Option<Arc<str>> {
        let key = RepoPath::from_key(path).ok()?;
        let entry = lookup(&self.workspace.store, self.latest.as_ref()?, &key).ok().flatten()?;
        let object = entry.content.object()?;
        self.text(&object)
    }

    fn text(&mut self, object: &ObjectHash) -> Option<Arc<str>> {
        if let Some(known) = self.texts.get(object) {
            return known.clone();
        }
        let text = self.workspace.objects.get(object).ok().flatten().and_then(text_of);
        self.texts.insert(*object, text.clone());
        text
    }
}

/// 0 to 1 as 0 to 100.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped to 0 to 100")]
pub(super) fn percent(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

pub(super) fn state(state: State) -> ThreadState {
    match state {
        State::Exact => ThreadState::Exact,
        State::Moved => ThreadState::Moved,
        State::Edited => ThreadState::Edited,
        State::NeedsReview => ThreadState::NeedsReview,
        State::Outdated => ThreadState::Outdated,
    }
}

pub(super) fn state_of(state: ThreadState) -> State {
    match state {
        ThreadState::Exact => State::Exact,
        ThreadState::Moved => State::Moved,
        ThreadState::Edited => State::Edited,
        ThreadState::NeedsReview => State::NeedsReview,
        ThreadState::Outdated => State::Outdated,
    }
}

pub(super) fn author_type(author: Author) -> AuthorType {
    match author {
        Author::User => AuthorType::User,
        Author::Ai => AuthorType::Ai,
    }
}

pub(super) fn place(place: &Place) -> ThreadPlace {
    ThreadPlace { path: place.path.clone(), line_start: place.line_start, line_end: place.line_end }
}

pub(super) fn event(event: AnchorEvent) -> ThreadAnchorEvent {
    ThreadAnchorEvent {
        event: event.event.as_str().to_owned(),
        state: state(event.state),
        place: place(&event.place),
        version: event.anchor.version.or(event.origin.version),
        confidence: percent(event.anchor.confidence),
        method: event.anchor.method,
        created_at: event.created_at.to_string(),
    }
}
