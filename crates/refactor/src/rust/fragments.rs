//! How far the parts of a macro's call go: expressions, types, patterns, items.

use ra_ap_syntax::SyntaxKind;

use super::tokens::{Token, Tree};

/// How many trees a variable of a kind takes.
pub(super) fn fragment_length(fragment: &str, input: &[Tree]) -> Option<usize> {
    let first = input.first();
    let is_word = |tree: Option<&Tree>| tree.and_then(Tree::token).is_some_and(Token::is_word);
    let some = |length: usize| (length > 0).then_some(length);
    match fragment {
        "ident" => is_word(first).then_some(1),
        "lifetime" => (first?.token()?.kind == SyntaxKind::LIFETIME_IDENT).then_some(1),
        "tt" => first.map(|tree| joined_length(tree, input)),
        "literal" => {
            let sign = usize::from(first?.is("-"));
            let token = input.get(sign)?.token()?;
            (token.kind.is_literal() || matches!(token.text.as_str(), "true" | "false")).then_some(sign + 1)
        }
        "vis" => Some(match first {
            Some(tree) if tree.is("pub") || tree.is("crate") => 1 + usize::from(input.get(1).is_some_and(|tree| tree.opens("("))),
            _ => 0,
        }),
        "block" => first?.opens("{").then_some(1),
        "expr" | "expr_2021" => some(expression_length(input, false)),
        "ty" | "path" => some(type_length(input)),
        "pat" | "pat_param" => some(pattern_length(input, fragment == "pat_param")),
        "stmt" => some(input.iter().position(|tree| tree.is(";")).unwrap_or(input.len())),
        "item" => some(item_length(input)),
        "meta" => {
            let path = input.iter().take_while(|tree| is_word(Some(tree)) || tree.is(":")).count();
            let more = match input.get(path) {
                Some(tree) if tree.is("=") => 1 + expression_length(&input[path + 1..], false),
                Some(Tree::Group(..)) => 1,
                _ => 0,
            };
            some(path + more)
        }
        _ => None,
    }
}

/// Marks like `=>` are several tokens, and one tree.
fn joined_length(first: &Tree, input: &[Tree]) -> usize {
    const JOINED: [&str; 24] = [
        "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "^=",
        "&=", "|=", "..",
    ];
    if first.token().is_none_or(|token| token.text.len() != 1 || token.is_word()) {
        return 1;
    }
    for joined in JOINED {
        let fits = joined.chars().enumerate().all(|(index, letter)| {
            input
                .get(index)
                .and_then(Tree::token)
                .is_some_and(|token| token.text.chars().eq(std::iter::once(letter)) && (index + 1 == joined.len() || token.glued))
        });
        if fits {
            return joined.len();
        }
    }
    1
}

/// How far an expression goes: to a comma, semicolon or `=>`. With `loose`, only to a comma.
pub(super) fn expression_length(input: &[Tree], loose: bool) -> usize {
    let mut at = 0;
    let mut operand = true;
    while let Some(tree) = input.get(at) {
        if tree.is(",")
            || (!loose
                && (tree.is(";")
                    || (tree.is("=")
                        && tree.token().is_some_and(|token| token.glued)
                        && input.get(at + 1).is_some_and(|next| next.is(">")))))
        {
            break;
        }
        if operand && tree.is("|") {
            // The parameters of a closure.
            at += 1;
            while input.get(at).is_some_and(|tree| !tree.is("|")) {
                at += 1;
            }
            at += 1;
            continue;
        }
        if tree.is("<") && at >= 2 && input[at - 1].is(":") && input[at - 2].is(":") || tree.is("<") && operand {
            let mut depth = 0_i32;
            while let Some(tree) = input.get(at) {
                depth += i32::from(tree.is("<"));
                let is_arrow = at > 0 && input[at - 1].is("-");
                depth -= i32::from(tree.is(">") && !is_arrow);
                at += 1;
                if depth <= 0 {
                    break;
                }
            }
            operand = false;
            continue;
        }
        operand = match tree {
            Tree::Token(token) => {
                !token.is_word() && !token.kind.is_literal() && token.text != "?"
                    || matches!(token.text.as_str(), "move" | "return" | "in" | "async")
            }
            Tree::Group(..) => false,
        };
        at += 1;
    }
    at.min(input.len())
}

fn type_length(input: &[Tree]) -> usize {
    let mut at = 0;
    let mut depth = 0_i32;
    while let Some(tree) = input.get(at) {
        let previous = at.checked_sub(1).map(|before| &input[before]);
        let stops = match tree {
            Tree::Group(open, ..) if open.text == "{" => depth == 0,
            Tree::Group(open, ..) if open.text == "[" => {
                depth == 0 && previous.is_some_and(|tree| !(tree.is("&") || tree.is("mut") || tree.is("const")))
            }
            Tree::Group(..) => depth == 0 && previous.is_some_and(|tree| matches!(tree, Tree::Group(..))),
            Tree::Token(token) => {
                let is_path_mark = token.text == ":"
                    && (input.get(at + 1).is_some_and(|next| next.is(":")) && token.glued || previous.is_some_and(|tree| tree.is(":")));
                let is_arrow = previous.is_some_and(|tree| tree.is("-"));
                match token.text.as_str() {
                    "," | ";" | "=" | "|" => depth == 0,
                    ":" => depth == 0 && !is_path_mark,
                    ">" if is_arrow => false,
                    ">" if depth == 0 => true,
                    "as" | "where" | "in" => depth == 0,
                    "<" => {
                        depth += 1;
                        false
                    }
                    ">" => {
                        depth -= 1;
                        false
                    }
                    _ => {
                        depth == 0
                            && token.is_word()
                            && previous.and_then(Tree::token).is_some_and(|before| {
                                before.is_word()
                                    && !matches!(
                                        before.text.as_str(),
                                        "mut" | "dyn" | "impl" | "const" | "for" | "fn" | "unsafe" | "extern"
                                    )
                            })
                    }
                }
            }
        };
        if stops {
            break;
        }
        at += 1;
    }
    at
}

fn pattern_length(input: &[Tree], single: bool) -> usize {
    let mut at = 0;
    while let Some(tree) = input.get(at) {
        let after_dots = at > 0 && input[at - 1].is(".");
        if tree.is(",") || tree.is("if") || tree.is("in") || tree.is(";") || (tree.is("=") && !after_dots) || (single && tree.is("|")) {
            break;
        }
        at += 1;
    }
    at
}

fn item_length(input: &[Tree]) -> usize {
    for (at, tree) in input.iter().enumerate() {
        if tree.is(";") || tree.opens("{") {
            return at + 1;
        }
    }
    0
}
