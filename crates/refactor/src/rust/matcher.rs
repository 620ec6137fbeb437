//! Macros by example: what a rule's pattern takes of a call, and what its body makes of that.

use std::collections::HashMap;

use ra_ap_syntax::SmolStr;

use super::{
    fragments::fragment_length,
    tokens::{Token, Tree},
};

/// A part of a rule's pattern.
#[derive(Debug, Clone)]
enum Pattern {
    Token(Token),
    Group(SmolStr, Vec<Pattern>),
    Variable(SmolStr, SmolStr),
    Repeat(Vec<Pattern>, Vec<Token>, char),
}

/// What a variable took.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    Leaf(SmolStr, Vec<Tree>),
    Several(Vec<Bound>),
}

type Bindings = HashMap<SmolStr, Bound>;

/// More tokens than anybody writes.
const MOST_TOKENS: usize = 200_000;

/// What the first rule that takes the call makes of it.
pub(super) fn expand(rules: &[Tree], call: &[Tree]) -> Option<Vec<Tree>> {
    let mut rest = rules;
    while !rest.is_empty() {
        let Tree::Group(_, pattern, _) = rest.first()? else { return None };
        let arrow = usize::from(rest.get(1)?.is("=")) + usize::from(rest.get(2)?.is(">")) + usize::from(rest.get(1)?.is("=>")) * 2;
        if arrow != 2 {
            return None;
        }
        let skip = if rest.get(1)?.is("=>") { 2 } else { 3 };
        let Tree::Group(_, body, _) = rest.get(skip)? else { return None };
        if let Some(made) = expand_rule(pattern, body, call) {
            return Some(made);
        }
        rest = rest.get(skip + 1..).unwrap_or_default();
        if rest.first().is_some_and(|tree| tree.is(";")) {
            rest = &rest[1..];
        }
    }
    None
}

/// The same for a single rule.
pub(super) fn expand_rule(pattern: &[Tree], body: &[Tree], call: &[Tree]) -> Option<Vec<Tree>> {
    let pattern = patterns(pattern)?;
    let mut bindings = Bindings::new();
    let taken = matched(&pattern, call, &mut bindings)?;
    if taken != call.len() {
        return None;
    }
    let mut made = Vec::new();
    let mut count = 0;
    transcribe(body, &bindings, &mut made, &mut count)?;
    Some(made)
}

fn patterns(trees: &[Tree]) -> Option<Vec<Pattern>> {
    let mut list = Vec::new();
    let mut at = 0;
    while at < trees.len() {
        let tree = &trees[at];
        at += 1;
        if !tree.is("$") {
            list.push(match tree {
                Tree::Token(token) => Pattern::Token(token.clone()),
                Tree::Group(open, inner, _) => Pattern::Group(open.text.clone(), patterns(inner)?),
            });
            continue;
        }
        match trees.get(at)? {
            Tree::Group(_, inner, _) => {
                let (separator, operator, length) = repetition(&trees[at + 1..])?;
                list.push(Pattern::Repeat(patterns(inner)?, separator, operator));
                at += 1 + length;
            }
            Tree::Token(name) if trees.get(at + 1).is_some_and(|tree| tree.is(":")) => {
                let fragment = trees.get(at + 2)?.token()?;
                list.push(Pattern::Variable(name.text.clone(), fragment.text.clone()));
                at += 3;
            }
            Tree::Token(_) => {}
        }
    }
    Some(list)
}

/// What separates repetitions, `*`, `+` or `?`, and how many trees that takes.
fn repetition(trees: &[Tree]) -> Option<(Vec<Token>, char, usize)> {
    let mut separator = Vec::new();
    for (index, tree) in trees.iter().take(4).enumerate() {
        let token = tree.token()?;
        let operator = token.text.chars().next()?;
        // `$(…)+*` is separated by plus signs.
        let is_last = !trees.get(index + 1).is_some_and(|next| next.is("*") || next.is("+")) || !separator.is_empty();
        if matches!(operator, '*' | '+' | '?') && token.text.len() == 1 && (is_last || !token.glued) {
            return Some((separator, operator, index + 1));
        }
        separator.push(token.clone());
    }
    None
}

/// How many trees of the input the patterns take.
fn matched(patterns: &[Pattern], input: &[Tree], into: &mut Bindings) -> Option<usize> {
    let mut at = 0;
    for (index, pattern) in patterns.iter().enumerate() {
        match pattern {
            Pattern::Token(token) => {
                if !input.get(at)?.is(&token.text) {
                    return None;
                }
                at += 1;
            }
            Pattern::Group(open, inner) => {
                let Tree::Group(given, list, _) = input.get(at)? else { return None };
                if given.text != *open || matched(inner, list, into)? != list.len() {
                    return None;
                }
                at += 1;
            }
            Pattern::Variable(name, fragment) => {
                let length = fragment_length(fragment, &input[at..])?;
                into.insert(name.clone(), Bound::Leaf(fragment.clone(), input[at..at + length].to_vec()));
                at += length;
            }
            Pattern::Repeat(inner, separator, operator) => {
                at += matched_repeatedly(inner, separator, *operator, &input[at..], patterns.get(index + 1), into)?;
            }
        }
    }
    Some(at)
}

fn matched_repeatedly(
    inner: &[Pattern],
    separator: &[Token],
    operator: char,
    input: &[Tree],
    next: Option<&Pattern>,
    into: &mut Bindings,
) -> Option<usize> {
    let mut rounds: Vec<Bindings> = Vec::new();
    let mut at = 0;
    loop {
        let mut start = at;
        if !rounds.is_empty() {
            let has_separator =
                separator.iter().enumerate().all(|(index, token)| input.get(at + index).is_some_and(|tree| tree.is(&token.text)));
            if !has_separator || operator == '?' {
                break;
            }
            start += separator.len();
        }
        // What comes after the repetition goes before one more round if it is a token that the round can't begin with.
        if let (Some(Pattern::Token(token)), Some(tree)) = (next, input.get(start))
            && tree.is(&token.text)
            && !matches!(inner.first(), Some(Pattern::Token(first)) if first.text == token.text)
            && !matches!(inner.first(), Some(Pattern::Variable(_, fragment)) if fragment == "tt")
        {
            break;
        }
        let mut round = Bindings::new();
        match matched(inner, input.get(start..)?, &mut round) {
            Some(length) if length > 0 => {
                at = start + length;
                rounds.push(round);
            }
            _ => break,
        }
    }
    if operator == '+' && rounds.is_empty() {
        return None;
    }
    let mut names = Vec::new();
    variables(inner, &mut names);
    for name in names {
        let all = rounds.iter_mut().filter_map(|round| round.remove(&name)).collect();
        into.insert(name, Bound::Several(all));
    }
    Some(at)
}

fn variables(patterns: &[Pattern], into: &mut Vec<SmolStr>) {
    for pattern in patterns {
        match pattern {
            Pattern::Variable(name, _) => into.push(name.clone()),
            Pattern::Group(_, inner) | Pattern::Repeat(inner, ..) => variables(inner, into),
            Pattern::Token(_) => {}
        }
    }
}

fn transcribe(body: &[Tree], bindings: &Bindings, into: &mut Vec<Tree>, count: &mut usize) -> Option<()> {
    let mut at = 0;
    while at < body.len() {
        *count += 1;
        if *count > MOST_TOKENS {
            return None;
        }
        let tree = &body[at];
        at += 1;
        if !tree.is("$") {
            match tree {
                Tree::Token(token) => {
                    let mut token = token.clone();
                    token.glued &= !body.get(at).is_some_and(|next| next.is("$"));
                    into.push(Tree::Token(token));
                }
                Tree::Group(open, inner, close) => {
                    let mut made = Vec::new();
                    transcribe(inner, bindings, &mut made, count)?;
                    into.push(Tree::Group(open.clone(), made, close.clone()));
                }
            }
            continue;
        }
        match body.get(at)? {
            Tree::Group(open, inner, _) if open.text == "(" => {
                let (separator, _, length) = repetition(&body[at + 1..])?;
                at += 1 + length;
                let mut names = Vec::new();
                used(inner, &mut names);
                let lengths = names.iter().filter_map(|name| match bindings.get(name) {
                    Some(Bound::Several(list)) => Some(list.len()),
                    _ => None,
                });
                let rounds = lengths.max()?;
                for round in 0..rounds {
                    if round > 0 {
                        into.extend(separator.iter().cloned().map(Tree::Token));
                    }
                    let mut inside = bindings.clone();
                    for name in &names {
                        if let Some(Bound::Several(list)) = bindings.get(name) {
                            inside.insert(name.clone(), list.get(round)?.clone());
                        }
                    }
                    transcribe(inner, &inside, into, count)?;
                }
            }
            Tree::Group(..) => return None,
            Tree::Token(name) => {
                at += 1;
                match bindings.get(&name.text) {
                    Some(Bound::Leaf(fragment, trees)) => substituted(fragment, trees, into),
                    Some(Bound::Several(_)) => return None,
                    // `$crate`, which stands for the macro's crate.
                    None if name.text == "crate" => into.push(Tree::Token(name.clone())),
                    None => return None,
                }
            }
        }
    }
    Some(())
}

fn substituted(fragment: &str, trees: &[Tree], into: &mut Vec<Tree>) {
    let mut trees = trees.to_vec();
    if let Some(Tree::Token(last)) = trees.last_mut() {
        last.glued = false;
    }
    // An expression stays whole, whatever is around it.
    if fragment.starts_with("expr") && trees.len() > 1 {
        into.push(Tree::Group(Token::made("("), trees, Token::made(")")));
    } else {
        into.extend(trees);
    }
}

fn used(trees: &[Tree], into: &mut Vec<SmolStr>) {
    for (index, tree) in trees.iter().enumerate() {
        match tree {
            Tree::Group(_, inner, _) => used(inner, into),
            Tree::Token(token) if index > 0 && trees[index - 1].is("$") => into.push(token.text.clone()),
            Tree::Token(_) => {}
        }
    }
}
