//! What code says of itself, quoted: its words as text, its examples as code.

use super::escape::{beginning, fenced, text};

/// A doc comment or the beginning of a README as lines of a quote, each with its break. Fenced and indented stretches become code, items of lists
/// begin on lines of their own.
pub(super) fn quoted(words: &str) -> String {
    let mut out = String::new();
    let mut lines = words.lines().peekable();
    let mut after_blank = true;
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if let Some(fence) = ["```", "~~~"].into_iter().find(|fence| trimmed.starts_with(fence)) {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().starts_with(fence)).collect();
            push_code(&mut out, &code);
            after_blank = false;
        } else if after_blank && is_indented(line) {
            let mut code = vec![line];
            while let Some(line) = lines.next_if(|line| is_indented(line) || line.trim().is_empty()) {
                code.push(line);
            }
            push_code(&mut out, &code);
            out.push_str(">\n");
        } else {
            after_blank = trimmed.is_empty();
            let ends = lines.peek().is_some_and(|next| is_item(next)) && !after_blank;
            let said = beginning(text(line).trim_end());
            // A backslash at the end of a line breaks it.
            out.push_str(&if after_blank { ">\n".to_owned() } else { format!("> {said}{}\n", if ends { "\\" } else { "" }) });
        }
    }
    out
}

fn is_indented(line: &str) -> bool {
    (line.starts_with("    ") || line.starts_with('\t')) && !line.trim().is_empty()
}

/// Whether a line begins something of its own: an item of a list, a title.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with(['-', '*', '+', '#', ':', '@']) || (digits > 0 && line[digits..].starts_with(['.', ')']))
}

/// Its common indentation goes.
fn push_code(out: &mut String, lines: &[&str]) {
    let indent = |line: &&&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    let code: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    let code = code.join("\n");
    if code.trim().is_empty() {
        return;
    }
    fenced(code.trim_end(), "").lines().for_each(|line| out.push_str(&format!("> {line}\n")));
}
