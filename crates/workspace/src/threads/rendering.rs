//! Comments as they are shown: sanitised HTML, and suggestions by themselves.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use lectern_reader::render_markdown;

use crate::{
    Workspace,
    view::{CommentPart, Failure},
};

/// So many comments stay rendered.
const REMEMBERED: usize = 4_000;
/// A comment that is longer than this, in bytes, can't be sent, and is not shown either while it is written.
const LONGEST: usize = 256 * 1024;

/// Rendered comments by the hash of their text. The same text always looks the same.
static RENDERED: LazyLock<Mutex<HashMap<u64, Arc<Vec<Piece>>>>> = LazyLock::new(Mutex::default);
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A stretch of a comment, before it is known what its suggestions would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Html(String),
    /// What is to stand in place of the thread's lines; every line ends with `\n`.
    Suggestion(String),
}

impl Workspace {
    /// A comment that is being written, as it would look. Its suggestions say what they would be once it is sent.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `COMMENT_TOO_LONG`.
    pub fn preview_comment(&self, project_id: &str, body: &str) -> Result<Vec<CommentPart>, Failure> {
        self.project(project_id)?;
        if body.len() > LONGEST {
            return Err(lectern_comments::CommentsError::TooLong.into());
        }
        let mut suggestions = 0;
        let pieces = pieces(body);
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Html(html) => CommentPart::Html { html: html.clone() },
            Piece::Suggestion(text) => {
                suggestions += 1;
                let refusal = Some("It can be applied once the comment is sent.".to_owned());
                CommentPart::Suggestion { index: suggestions - 1, text: text.clone(), rows: Vec::new(), refusal }
            }
        });
        Ok(parts.collect())
    }
}

/// The pieces of a comment, rendered once.
pub(super) fn pieces(body: &str) -> Arc<Vec<Piece>> {
    let key = HASHER.hash_one(body);
    let lock = || RENDERED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&key) {
        return Arc::clone(known);
    }
    let rendered = Arc::new(split(body).into_iter().map(render).collect::<Vec<_>>());
    let mut kept = lock();
    if kept.len() >= REMEMBERED {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&rendered));
    rendered
}

/// The suggestions of a comment, in their order.
pub(super) fn suggestions(body: &str) -> Vec<String> {
    let suggested = split(body).into_iter().filter_map(|(is_suggestion, text)| is_suggestion.then_some(text));
    suggested.collect()
}

/// The beginning of a comment as one line of plain words, at most 240 characters.
pub(super) fn first_words(body: &str) -> String {
    let mut words = String::new();
    let mut fence: Option<Fence> = None;
    for line in body.lines() {
        if let Some(open) = &fence {
            if open.is_closed_by(line) {
                fence = None;
            }
            continue;
        }
        fence = Fence::opened_by(line);
        if let Some(open) = &fence {
            let what = if open.is_suggestion() { "(suggestion)" } else { "(code)" };
            push_words(&mut words, what);
            continue;
        }
        push_words(&mut words, line.trim_start_matches(['#', '>', '-', '*', ' ', '\t']));
        if words.chars().count() > 240 {
            break;
        }
    }
    let plain: String = unlinked(&words).chars().filter(|letter| !matches!(letter, '`' | '*' | '_')).take(240).collect();
    plain.trim().to_owned()
}

fn push_words(words: &mut String, more: &str) {
    for word in more.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
}

/// `[text](target)` as `text`.
fn unlinked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let Some(middle) = rest[open..].find("](").map(|at| open + at) else { break };
        let Some(close) = rest[middle..].find(')').map(|at| middle + at) else { break };
        plain.push_str(&rest[..open]);
        plain.push_str(&rest[open + 1..middle]);
        rest = &rest[close + 1..];
    }
    plain + rest
}

fn render((is_suggestion, text): (bool, String)) -> Piece {
    if is_suggestion { Piece::Suggestion(text) } else { Piece::Html(render_markdown(&text, "")) }
}

/// A fenced block of code, as CommonMark 0.31 (4.5) has it; those within lists and quotations are left to the renderer.
struct Fence {
    sign: char,
    length: usize,
    info: String,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let text = indented(line)?;
        let sign = text.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
        let length = text.chars().take_while(|one| *one == sign).count();
        let info = text[length..].trim();
        (length >= 3 && !(sign == '`' && info.contains('`'))).then(|| Self { sign, length, info: info.to_owned() })
    }

    fn is_suggestion(&self) -> bool {
        self.info.split_whitespace().next() == Some("suggestion")
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let Some(text) = indented(line) else { return false };
        let text = text.trim_end();
        text.chars().count() >= self.length && text.chars().all(|one| one == self.sign)
    }
}

/// A line without up to three blanks before it; `None` of one that is indented more.
fn indented(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len() <= 3).then_some(text)
}

/// The Markdown between the suggestions of a comment, and what those suggest (true), in order. Blank Markdown is left out.
fn split(body: &str) -> Vec<(bool, String)> {
    let mut parts = Vec::new();
    let mut markdown = String::new();
    let mut open: Option<(Fence, String, String)> = None;
    for line in body.lines() {
        match &mut open {
            Some((fence, raw, inside)) if fence.is_closed_by(line) => {
                if fence.is_suggestion() {
                    if !markdown.trim().is_empty() {
                        parts.push((false, std::mem::take(&mut markdown)));
                    }
                    markdown.clear();
                    parts.push((true, std::mem::take(inside)));
                } else {
                    markdown.push_str(raw);
                    markdown.push_str(line);
                    markdown.push('\n');
                }
                open = None;
            }
            Some((_, raw, inside)) => {
                for text in [raw, inside] {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            None => match Fence::opened_by(line) {
                Some(fence) => open = Some((fence, format!("{line}\n"), String::new())),
                None => {
                    markdown.push_str(line);
                    markdown.push('\n');
                }
            },
        }
    }
    // A block that nobody closed is code, not something to apply.
    if let Some((_, raw, _)) = open {
        markdown.push_str(&raw);
    }
    if !markdown.trim().is_empty() {
        parts.push((false, markdown));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_told_from_code_that_only_shows_one() {
        let body = "Better:\n\n```suggestion\nlet a = 1;\n```\n\nAnd how it is written:\n\n````md\n```suggestion\nx\n```\n````\n";
        let parts = split(body);
        assert_eq!(parts.len(), 3, "{parts:?}");
        assert_eq!(parts[1], (true, "let a = 1;\n".to_owned()));
        assert!(parts[2].1.contains("```suggestion\nx\n```"), "the inner one is shown as code: {}", parts[2].1);
        assert_eq!(suggestions(body), ["let a = 1;\n"]);
        assert_eq!(suggestions("```suggestion\nnever closed"), [""; 0]);
        assert_eq!(suggestions("```suggestion\n```"), [""], "an empty one deletes the lines");
        assert_eq!(suggestions("    ```suggestion\n    x\n    ```"), [""; 0], "indented code is no fence");
    }

    #[test]
    fn the_first_words_are_plain() {
        assert_eq!(
            first_words("# Why\n\n[plan](src/sync.rs#L41) *hashes* `all`?\n```rs\nlet x;\n```\n- yes"),
            "Why plan hashes all? (code) yes"
        );
        assert_eq!(first_words("a [b](unclosed"), "a [b](unclosed");
    }

    #[test]
    fn nothing_of_a_hostile_comment_runs_or_loads() {
        let hostile = "<script>alert(1)</script><img src=\"https://evil.example/x.png\"><a href=\"javascript:alert(1)\">x</a>\n\n![](https://evil.example/y.png)";
        let Piece::Html(html) = &pieces(hostile)[0] else { unreachable!("it has no suggestion") };
        for word in ["<script", "evil.example", "javascript:", "onerror"] {
            assert!(!html.contains(word), "{word} is in {html}");
        }
    }
}
