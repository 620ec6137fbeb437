//! What a SARIF result says, as the Markdown of a comment.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    fence_around,
    sarif_log::{Message, Rule, Run, SarifResult},
};

/// What may stand in a link as it is.
const IN_LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
/// Other places beyond so many are only counted.
const MOST_RELATED: usize = 50;

/// Another place that belongs to a result.
pub struct Related {
    /// What the message calls it.
    pub id: Option<i64>,
    /// From the project's folder; `None` when it is not in it.
    pub path: Option<String>,
    /// 1-based; 0 for the whole file.
    pub line: u32,
    /// What is said of it.
    pub text: String,
}

/// The comment of a result: how bad and by which rule, the message, where else to look, what to put in place of the lines.
pub fn body(run: &Run, result: &SarifResult, related: &[Related], suggestion: Option<&str>) -> String {
    let rule = run.rule(result);
    let mut out = format!("**{}**", level(result, rule));
    let id = result.rule_id().or_else(|| rule.map(|rule| rule.id.as_str()).filter(|id| !id.is_empty()));
    if let Some(id) = id {
        let id = id.replace(['`', '\n'], "'");
        match rule.and_then(|rule| rule.help_uri.as_deref()).filter(|uri| is_web(uri)) {
            Some(uri) => out.push_str(&format!(" · [`{id}`](<{uri}>)")),
            None => out.push_str(&format!(" · `{id}`")),
        }
    }
    let message = message(&result.message, rule, related);
    if !message.is_empty() {
        out.push_str("\n\n");
        out.push_str(&message);
    }
    if !related.is_empty() {
        out.push('\n');
    }
    for one in related.iter().take(MOST_RELATED) {
        let text = if one.text.is_empty() { String::new() } else { format!(": {}", one.text.replace('\n', " ")) };
        match &one.path {
            Some(path) => out.push_str(&format!("\n- {}{text}", link(path, one.line))),
            None => out.push_str(&format!("\n- elsewhere{text}")),
        }
    }
    if related.len() > MOST_RELATED {
        out.push_str(&format!("\n- and {} more", related.len() - MOST_RELATED));
    }
    if let Some(lines) = suggestion {
        let fence = fence_around(lines);
        let lines = if lines.is_empty() { String::new() } else { format!("{lines}\n") };
        out.push_str(&format!("\n\n{fence}suggestion\n{lines}{fence}"));
    }
    out
}

fn level(result: &SarifResult, rule: Option<&Rule>) -> &'static str {
    let kind = result.kind.as_deref().unwrap_or("fail");
    let by_rule = rule.and_then(|rule| rule.default_configuration.as_ref()?.level.as_deref());
    match (kind, result.level.as_deref().or(by_rule)) {
        ("fail", Some("error")) => "Error",
        ("fail", Some("note")) => "Note",
        ("fail", Some("none")) => "Finding",
        ("fail", _) => "Warning",
        ("open", _) => "To be decided",
        ("review", _) => "For review",
        _ => "Information",
    }
}

/// The text of a message: its own, or the rule's by its id, with arguments in place of `{0}`.
pub fn message(message: &Message, rule: Option<&Rule>, related: &[Related]) -> String {
    let of_rule = message.id.as_ref().and_then(|id| rule?.message_strings.get(id));
    let found = [Some(message), of_rule].into_iter().flatten().find_map(|one| match (&one.markdown, &one.text) {
        (Some(markdown), _) if !markdown.trim().is_empty() => Some((true, markdown)),
        (_, Some(text)) if !text.trim().is_empty() => Some((false, text)),
        _ => None,
    });
    let described =
        || rule.and_then(|rule| rule.short_description.as_ref()?.text.as_ref().or(rule.name.as_ref())).map(|text| (false, text));
    let Some((is_markdown, text)) = found.or_else(described) else { return String::new() };
    let filled = fill(text, &message.arguments);
    let linked = link_related(&filled, related);
    if is_markdown { linked } else { keep_angles(&linked) }
}

/// `{0}` is the first argument, `{{` a brace (3.11.5).
fn fill(text: &str, arguments: &[String]) -> String {
    if arguments.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let from = &rest[at..];
        let number = from.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(inner, after)| (inner.parse::<usize>(), after));
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            out.push_str(&from[..1]);
            rest = after;
        } else if let Some((Ok(number), after)) = number {
            out.push_str(arguments.get(number).map_or("", String::as_str));
            rest = after;
        } else {
            out.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    out + rest
}

/// `[text](1)` leads to the related location with that id (3.11.6).
fn link_related(text: &str, related: &[Related]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at + 2);
        out.push_str(before);
        let target = after.split_once(')').and_then(|(number, after)| Some((number.parse::<i64>().ok()?, after)));
        rest = after;
        if let Some((number, after)) = target
            && let Some(one) = related.iter().find(|one| one.id == Some(number))
            && let Some(path) = &one.path
        {
            out.push_str(&target_of(path, one.line));
            out.push(')');
            rest = after;
        }
    }
    out + rest
}

fn link(path: &str, line: u32) -> String {
    let shown: String =
        path.chars().map(|letter| if letter.is_control() || matches!(letter, '[' | ']' | '`' | '\\') { '_' } else { letter }).collect();
    let shown = if line == 0 { shown } else { format!("{shown}:{line}") };
    format!("[`{shown}`]({})", target_of(path, line))
}

fn target_of(path: &str, line: u32) -> String {
    let path = utf8_percent_encode(path, IN_LINK);
    if line == 0 { format!("/{path}") } else { format!("/{path}#L{line}") }
}

/// Plain text has no HTML: a `<T>` in it is shown, also where Markdown would take it for a tag.
fn keep_angles(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for letter in text.chars() {
        in_code ^= letter == '`';
        if letter == '<' && !in_code {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn is_web(uri: &str) -> bool {
    (uri.starts_with("https://") || uri.starts_with("http://"))
        && !uri.chars().any(|letter| letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '\\'))
}
