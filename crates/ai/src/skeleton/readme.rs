//! What a README says first.

/// Characters of a quote.
const LONGEST: usize = 900;

/// The first paragraph of running text, and its lines (1-based, inclusive). Titles, badges and markup are passed over.
pub(super) fn first_paragraph(text: &str) -> Option<(String, (u32, u32))> {
    let lines: Vec<&str> = text.lines().take(400).collect();
    let mut at = 0;
    let mut in_fence = false;
    while at < lines.len() {
        let line = lines[at].trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_fence = !in_fence;
        }
        let underlines = lines.get(at + 1).map(|next| next.trim()).filter(|next| next.len() >= 3);
        let is_title = underlines.is_some_and(|next| next.chars().all(|c| matches!(c, '=' | '-' | '~')));
        if in_fence || is_title || !is_prose(line) {
            at += 1 + usize::from(is_title);
            continue;
        }
        let first = at;
        let mut quote = String::new();
        while at < lines.len()
            && !lines[at].trim().is_empty()
            && quote.len() < LONGEST
            && (at == first || !lines[at].trim().starts_with(['#', '<', '`']))
        {
            if !quote.is_empty() {
                quote.push('\n');
            }
            quote.push_str(&plain(lines[at].trim()));
            at += 1;
        }
        if quote.chars().filter(|c| c.is_alphabetic()).count() >= 12 {
            let line = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            return Some((quote, (line(first + 1), line(at))));
        }
        at = at.max(first + 1);
    }
    None
}

/// Whether a line is running text rather than a title, a badge, a rule, a table or markup.
fn is_prose(line: &str) -> bool {
    let begins = line.chars().next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '[' | '"' | '>' | '('));
    let marks =
        line.starts_with("[![") || line.starts_with("![") || line.starts_with("```") || line.starts_with("***") || line.starts_with("* ");
    begins && !marks && !line.starts_with(":") && line.len() > 2
}

/// Without links' targets and emphasis.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line.trim_start_matches("> ");
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open);
        text.push_str(before.strip_suffix('!').unwrap_or(before));
        let Some((label, tail)) = after[1..].split_once(']') else {
            rest = after;
            break;
        };
        text.push_str(label);
        rest = tail.strip_prefix('(').and_then(|target| target.split_once(')')).map_or(tail, |(_, tail)| tail);
    }
    text.push_str(rest);
    text.replace("**", "").replace("__", "")
}

#[cfg(test)]
mod tests {
    use super::first_paragraph;

    #[test]
    fn titles_badges_and_markup_are_passed_over() {
        let text = "<p align=\"center\">\n</p>\n\n# Ferry\n\n[![ci](a)](b)\n\nFerry carries **folders** across,\nas [plainly](c) as it can.\n\nMore.\n";
        assert_eq!(first_paragraph(text), Some(("Ferry carries folders across,\nas plainly as it can.".to_owned(), (8, 9))));
        let underlined = "Git - fast\n==========\n\nGit is a fast, scalable system.\n";
        assert_eq!(first_paragraph(underlined), Some(("Git is a fast, scalable system.".to_owned(), (4, 4))));
        assert_eq!(first_paragraph("# Only a title\n"), None);
        assert_eq!(first_paragraph("```\ncode that looks like text here\n```\n"), None);
        assert_eq!(
            first_paragraph("[unclosed link text that goes on and on"),
            Some(("[unclosed link text that goes on and on".to_owned(), (1, 1)))
        );
    }
}
