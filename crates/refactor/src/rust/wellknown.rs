//! Macros whose rules are not in the project: what their arguments mean.

use ra_ap_syntax::{SmolStr, SyntaxKind, TextSize};

use super::{
    expand::Mode,
    known,
    tokens::{Place, Token, Tree, arguments},
};

/// What a call may stand for, the likeliest first; what does not parse is no such thing.
pub(super) fn candidates(name: &str, trees: &[Tree], mode: Mode) -> Vec<Vec<Tree>> {
    if mode == Mode::Items {
        return match name {
            "lazy_static" => vec![trees.iter().filter(|tree| !tree.is("ref")).cloned().collect()],
            "cfg_if" => vec![cfg_if(trees)],
            "asm" | "global_asm" => Vec::new(),
            _ => vec![trees.to_vec()],
        };
    }
    if mode != Mode::Block {
        return vec![trees.to_vec()];
    }
    match name {
        "vec" => vec![vec![Tree::Group(Token::made("["), trees.to_vec(), Token::made("]"))]],
        "thread_local" | "lazy_static" => vec![trees.iter().filter(|tree| !tree.is("ref")).cloned().collect()],
        "matches" => vec![matches_call(trees)],
        "asm" | "global_asm" | "naked_asm" => vec![builtin("asm", trees.to_vec())],
        "offset_of" => vec![builtin("offset_of", trees.to_vec())],
        "stringify" | "concat" | "include" | "include_str" | "include_bytes" | "env" | "option_env" | "cfg" | "compile_error" => Vec::new(),
        "cfg_if" => vec![cfg_if(trees)],
        _ => match known::format_position(name) {
            Some(position) => vec![tuple(&formatted(trees, Some(position), false))],
            None if known::is_known_macro(name) => vec![tuple(&formatted(trees, None, false))],
            None => {
                let text = known::is_format_like(name).then(|| arguments(trees).iter().position(|part| template(part).is_some())).flatten();
                vec![tuple(&formatted(trees, text, true)), trees.to_vec()]
            }
        },
    }
}

fn tuple(parts: &[Vec<Tree>]) -> Vec<Tree> {
    let mut inner = Vec::new();
    for part in parts {
        inner.extend(part.iter().cloned());
        inner.push(Tree::Token(Token::made(",")));
    }
    vec![Tree::Group(Token::made("("), inner, Token::made(")"))]
}

fn builtin(name: &str, trees: Vec<Tree>) -> Vec<Tree> {
    vec![
        Tree::Token(Token::made("builtin")),
        Tree::Token(Token::made("#")),
        Tree::Token(Token::made(name)),
        Tree::Group(Token::made("("), trees, Token::made(")")),
    ]
}

/// The arguments, from a text with braces on as one `format_args`.
fn formatted(trees: &[Tree], position: Option<usize>, loose: bool) -> Vec<Vec<Tree>> {
    let parts = arguments(trees);
    let Some(at) = position.filter(|at| parts.get(*at).is_some_and(|part| template(part).is_some())) else {
        return parts.into_iter().map(|part| if loose { loosened(part) } else { part.to_vec() }).collect();
    };
    let mut made: Vec<Vec<Tree>> = parts[..at].iter().map(|part| if loose { loosened(part) } else { part.to_vec() }).collect();
    let mut inner = Vec::new();
    for part in &parts[at..] {
        inner.extend(if loose && !is_named(part) { loosened(part) } else { part.to_vec() });
        inner.push(Tree::Token(Token::made(",")));
    }
    let named: Vec<&str> =
        parts[at..].iter().filter(|part| is_named(part)).filter_map(|part| Some(part.first()?.token()?.text.as_str())).collect();
    if let Some(text) = template(parts[at]) {
        for (start, name) in braces(&text.text) {
            if named.contains(&name) {
                continue;
            }
            let place = match &text.place {
                Some(Place::Call(at)) => Some(Place::Call(*at + TextSize::new(start))),
                Some(Place::Definition(node, at)) => Some(Place::Definition(node.clone(), *at + TextSize::new(start))),
                None => None,
            };
            let token = Token { text: SmolStr::new(name), kind: SyntaxKind::IDENT, glued: false, place };
            inner.push(Tree::Token(token));
            inner.push(Tree::Token(Token::made(",")));
        }
    }
    made.push(builtin("format_args", inner));
    made
}

fn is_named(part: &[Tree]) -> bool {
    part.len() > 2 && part[0].token().is_some_and(Token::is_word) && part[1].is("=") && !part[2].is("=")
}

/// Without what some libraries write before a value: `name = %value`, `target: value`.
fn loosened(part: &[Tree]) -> Vec<Tree> {
    let mut rest = part;
    let is_label = rest.len() > 2
        && rest[0].token().is_some_and(Token::is_word)
        && (rest[1].is(":") && !rest[2].is(":") || rest[1].is("=") && !rest[2].is("="));
    if is_label {
        rest = &rest[2..];
    }
    if rest.len() > 1 && (rest[0].is("%") || rest[0].is("?")) {
        rest = &rest[1..];
    }
    rest.to_vec()
}

/// The text with braces that an argument is.
fn template(part: &[Tree]) -> Option<&Token> {
    match part {
        [Tree::Token(token)] if token.kind == SyntaxKind::STRING => Some(token),
        _ => None,
    }
}

/// Names in the braces of a text, with where they begin in it.
pub(super) fn braces(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' if bytes.get(at + 1) == Some(&b'{') => at += 2,
            b'{' => {
                let end = text[at..].find('}').map_or(text.len(), |length| at + length);
                let inside = &text[at + 1..end];
                let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
                add_name(&mut found, at + 1, name);
                // `{:width$.precision$}`
                let start = at + 1 + (inside.len() - format.len());
                for (index, _) in format.match_indices('$') {
                    let word =
                        format[..index].rfind(|letter: char| !(letter.is_alphanumeric() || letter == '_')).map_or(0, |before| before + 1);
                    let word = word + format[word..index].chars().take_while(char::is_ascii_digit).count();
                    add_name(&mut found, start + word, &format[word..index]);
                }
                at = end + 1;
            }
            _ => at += 1,
        }
    }
    found
}

fn add_name<'a>(found: &mut Vec<(u32, &'a str)>, at: usize, name: &'a str) {
    let trimmed = name.trim();
    let is_name = trimmed.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && trimmed.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    if is_name && let Ok(at) = u32::try_from(at + (name.len() - name.trim_start().len())) {
        found.push((at, trimmed));
    }
}

/// `matches!(value, pattern if guard)` as the `match` that it is.
fn matches_call(trees: &[Tree]) -> Vec<Tree> {
    let parts = arguments(trees);
    let Some(value) = parts.first() else { return Vec::new() };
    let rest = trees.get(value.len() + 1..).unwrap_or_default();
    let rest = if rest.last().is_some_and(|tree| tree.is(",")) { &rest[..rest.len() - 1] } else { rest };
    let mut arms = rest.to_vec();
    for text in ["=>", "true", ",", "_", "=>", "false"] {
        arms.push(Tree::Token(Token::made(text)));
    }
    let mut made = vec![Tree::Token(Token::made("match")), Tree::Group(Token::made("("), value.to_vec(), Token::made(")"))];
    made.push(Tree::Group(Token::made("{"), arms, Token::made("}")));
    made
}

/// All branches of a `cfg_if!`.
fn cfg_if(trees: &[Tree]) -> Vec<Tree> {
    let branches = trees.iter().filter_map(|tree| match tree {
        Tree::Group(open, inner, _) if open.text == "{" => Some(inner.clone()),
        _ => None,
    });
    branches.flatten().collect()
}
