//! A last look at a file with comments in it: everything that was defined before still is, and all of it still parses.

use std::sync::Arc;

use super::{place::Put, source::Source};
use crate::check::new_errors;

/// Problems of one file that are looked for: one is enough.
const ONE: usize = 1;

/// A comment, which of what was wanted it is, and the line of its definition.
pub(super) type Numbered = (Put, Vec<usize>, u32);

/// The comments (ascending) with which the file says the same as before; each other one is told.
pub(super) fn kept(path: &str, source: &Source, puts: Vec<Numbered>, left: &mut dyn FnMut(&[usize], u32)) -> Vec<Numbered> {
    if puts.is_empty() || says_the_same(path, source, &puts) {
        return puts;
    }
    let (good, bad): (Vec<Numbered>, Vec<Numbered>) =
        puts.into_iter().partition(|one| says_the_same(path, source, std::slice::from_ref(one)));
    bad.iter().for_each(|(_, at, line)| left(at, *line));
    if says_the_same(path, source, &good) {
        return good;
    }
    good.iter().for_each(|(_, at, line)| left(at, *line));
    Vec::new()
}

fn says_the_same(path: &str, source: &Source, puts: &[Numbered]) -> bool {
    let after: Arc<str> = after(&source.text, puts).into();
    let moved = |at: usize| {
        let grown = puts.iter().filter(|(put, ..)| put.start <= at).map(|(put, ..)| put.new.len() - (put.end - put.start));
        at + grown.sum::<usize>()
    };
    if !new_errors(path, &source.text, &after, moved, ONE).is_some_and(|errors| errors.is_empty()) {
        return false;
    }
    let Ok(read) = Source::read(path, after) else { return false };
    let named = |source: &Source| -> Vec<(String, &'static str, String)> {
        let of = |defined: &lectern_syntax::Defined| {
            (defined.symbol.name.clone(), defined.symbol.kind.as_str(), source.part(defined.signature.clone()).to_owned())
        };
        source.code.definitions.iter().map(of).collect()
    };
    named(source) == named(&read)
}

fn after(text: &str, puts: &[Numbered]) -> String {
    let mut out = String::with_capacity(text.len() + puts.iter().map(|(put, ..)| put.new.len()).sum::<usize>());
    let mut at = 0;
    for (put, ..) in puts {
        out.push_str(&text[at..put.start]);
        out.push_str(&put.new);
        at = put.end;
    }
    out.push_str(&text[at..]);
    out
}
