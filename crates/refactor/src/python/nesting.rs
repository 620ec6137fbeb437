//! How deep a text may nest before it is not read at all.

/// Python itself takes 200 brackets and 100 indentations; walking a tree of this depth fits the stack that engines run on.
const DEEPEST: usize = 2_500;

/// Whether the tree of a text could be too deep to walk: from its brackets, and from operators in a row. Strings and comments don't count, but the
/// braces of formatted strings do.
pub(super) fn is_too_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Operators since the last comma, for every open bracket.
    let mut levels = vec![0_usize];
    let mut total = 0_usize;
    let mut at = 0;
    let mut line_start = 0;
    let mut at_indent = true;
    while at < bytes.len() {
        let byte = bytes[at];
        if at_indent && byte != b' ' && byte != b'\t' && byte != b'\n' && byte != b'\r' {
            at_indent = false;
            if levels.len() == 1 && at - line_start > DEEPEST {
                return true;
            }
        }
        match byte {
            b'#' => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |next| at + next);
                continue;
            }
            b'"' | b'\'' => {
                let end = string_end(bytes, at);
                let is_formatted = bytes[at.saturating_sub(2)..at].iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'));
                if is_formatted && memchr::memchr_iter(b'{', &bytes[at..end]).count() > DEEPEST / 4 {
                    return true;
                }
                at = end;
                continue;
            }
            b'(' | b'[' | b'{' => {
                total += 1;
                *levels.last_mut().unwrap_or(&mut 0) += 1;
                levels.push(0);
            }
            b')' | b']' | b'}' if levels.len() > 1 => total -= levels.pop().unwrap_or(0),
            b',' => total -= levels.last_mut().map(std::mem::take).unwrap_or(0),
            b'\n' => {
                line_start = at + 1;
                at_indent = true;
                if levels.len() == 1 && at.checked_sub(1).is_none_or(|before| bytes[before] != b'\\') {
                    total -= levels.last_mut().map(std::mem::take).unwrap_or(0);
                }
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'.' | b':' | b'=' => {
                total += 1;
                *levels.last_mut().unwrap_or(&mut 0) += 1;
            }
            // not, lambda, if, await, yield: a space before them.
            b' ' if at + 1 < bytes.len() && matches!(bytes[at + 1], b'n' | b'l' | b'i' | b'a' | b'y' | b'e') => {
                total += 1;
                *levels.last_mut().unwrap_or(&mut 0) += 1;
            }
            _ => {}
        }
        if total > DEEPEST {
            return true;
        }
        at += 1;
    }
    false
}

/// The byte after a string that begins at a quote; the end of its line when it is never closed.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if is_triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !is_triple => return at,
            byte if byte == quote && !is_triple => return at + 1,
            byte if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_any_length_is_read_and_nesting_has_an_end() {
        assert!(!is_too_deep(&"x = f(1, 2)[3] + a.b.c\n".repeat(10_000)));
        assert!(!is_too_deep(&format!("x = [{}]", "-1, ".repeat(100_000))));
        assert!(!is_too_deep(&"# ((((((((((\n'((((((((((('\n".repeat(10_000)));
        assert!(is_too_deep(&"(".repeat(100_000)));
        assert!(is_too_deep(&format!("x = {}1", "1 + ".repeat(100_000))));
        assert!(is_too_deep(&format!("x = {}1", "not ".repeat(100_000))));
        assert!(is_too_deep(&format!("f{}", "()".repeat(100_000))));
        assert!(is_too_deep(&format!("f\"{}\"", "{".repeat(100_000))));
    }
}
