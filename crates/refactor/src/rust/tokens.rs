//! Token trees of macros, with where each token is written.

use ra_ap_syntax::{
    NodeOrToken, SmolStr, SyntaxKind, SyntaxNode, TextRange, TextSize,
    ast::{self, AstNode},
};

/// Where a token of an expansion comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// The macro's call, in the coordinates of the call's tree.
    Call(TextSize),
    /// The macro's definition, in the coordinates of that tree.
    Definition(SyntaxNode, TextSize),
}

/// A token, or what is made up for the parser's sake (without a place).
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: SmolStr,
    pub(super) kind: SyntaxKind,
    /// The next token follows without space.
    pub(super) glued: bool,
    pub(super) place: Option<Place>,
}

/// A token, or a bracket with what is in it.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Token(Token),
    Group(Token, Vec<Tree>, Token),
}

impl Token {
    /// A token that is written nowhere.
    pub(super) fn made(text: &str) -> Self {
        Self { text: SmolStr::new(text), kind: SyntaxKind::ERROR, glued: false, place: None }
    }

    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
    }
}

impl Tree {
    pub(super) fn token(&self) -> Option<&Token> {
        match self {
            Self::Token(token) => Some(token),
            Self::Group(..) => None,
        }
    }

    /// Whether it is a token of this text.
    pub(super) fn is(&self, text: &str) -> bool {
        self.token().is_some_and(|token| token.text == text)
    }

    /// Whether it is a group that opens so.
    pub(super) fn opens(&self, bracket: &str) -> bool {
        matches!(self, Self::Group(open, ..) if open.text == bracket)
    }
}

/// The trees between the brackets of a token tree.
pub(super) fn inner(node: &ast::TokenTree, place: &dyn Fn(TextSize) -> Place) -> Vec<Tree> {
    match group(node.syntax(), place) {
        Tree::Group(_, inner, _) => inner,
        Tree::Token(_) => Vec::new(),
    }
}

fn group(node: &SyntaxNode, place: &dyn Fn(TextSize) -> Place) -> Tree {
    let mut list = Vec::new();
    let mut elements = node.children_with_tokens().peekable();
    while let Some(element) = elements.next() {
        match element {
            NodeOrToken::Node(child) => list.push(group(&child, place)),
            NodeOrToken::Token(token) => {
                if token.kind().is_trivia() {
                    continue;
                }
                let glued = elements.peek().is_some_and(|next| !next.kind().is_trivia());
                let place = Some(place(token.text_range().start()));
                list.push(Tree::Token(Token { text: SmolStr::new(token.text()), kind: token.kind(), glued, place }));
            }
        }
    }
    let is_bracket = |tree: Option<&Tree>| {
        tree.and_then(Tree::token).is_some_and(|token| matches!(token.text.as_str(), "(" | ")" | "[" | "]" | "{" | "}"))
    };
    if !is_bracket(list.first()) || list.len() < 2 || !is_bracket(list.last()) {
        return Tree::Group(Token::made("("), list, Token::made(")"));
    }
    match (list.remove(0), list.pop()) {
        (Tree::Token(open), Some(Tree::Token(close))) => Tree::Group(open, list, close),
        _ => Tree::Group(Token::made("("), list, Token::made(")")),
    }
}

/// A text made of tokens, and where each of its tokens is written.
#[derive(Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) map: Vec<(TextRange, Place)>,
    joins: bool,
}

impl Written {
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
        self.joins = false;
    }

    pub(super) fn token(&mut self, token: &Token) {
        let is_mark =
            !token.is_word() && !token.text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '"' || letter == '\'');
        if !(self.joins && is_mark) {
            self.text.push(' ');
        }
        let start = TextSize::of(self.text.as_str());
        self.text.push_str(&token.text);
        if let Some(place) = &token.place {
            self.map.push((TextRange::new(start, TextSize::of(self.text.as_str())), place.clone()));
        }
        self.joins = token.glued && is_mark && !matches!(token.text.as_str(), "(" | ")" | "[" | "]" | "{" | "}" | "," | ";");
    }

    pub(super) fn trees(&mut self, trees: &[Tree]) {
        for tree in trees {
            match tree {
                Tree::Token(token) => self.token(token),
                Tree::Group(open, inner, close) => {
                    self.token(open);
                    self.trees(inner);
                    self.token(close);
                }
            }
        }
    }
}

/// The parts between commas.
pub(super) fn arguments(trees: &[Tree]) -> Vec<&[Tree]> {
    let mut parts = Vec::new();
    let mut rest = trees;
    while !rest.is_empty() {
        let length = super::fragments::expression_length(rest, true);
        parts.push(&rest[..length]);
        rest = rest.get(length + 1..).unwrap_or_default();
    }
    parts
}
