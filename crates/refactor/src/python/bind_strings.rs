//! Calls and strings that name something, as the binder reads them.

use ruff_python_ast::{self as ast, Expr};
use ruff_python_parser::{parse_expression_range, parse_string_annotation};
use ruff_text_size::{Ranged as _, TextRange, TextSize};

use super::{
    bind::{Binder, span},
    bind_expressions::last_word,
    table::{ExpressionId, KeywordId, KeywordUse, Kind, MemberForm, Mention, MentionKind, Name, Role, ScopeKind, Span, TextKind},
};

impl Binder<'_> {
    pub(super) fn call(&mut self, node: &ast::ExprCall) -> ExpressionId {
        let callee = self.expression(&node.func);
        let word = last_word(&node.func);
        let was = std::mem::replace(&mut self.in_annotation, false);
        let mut arguments = Vec::with_capacity(node.arguments.args.len());
        for (at, argument) in node.arguments.args.iter().enumerate() {
            let is_type = match word {
                "cast" => at == 0,
                "TypeVar" | "NewType" => at > 0,
                _ => false,
            };
            arguments.push(if is_type { self.annotation(argument) } else { self.expression(argument) });
        }
        if matches!(word, "getattr" | "hasattr" | "setattr" | "delattr")
            && matches!(&*node.func, Expr::Name(_))
            && let Some(Expr::StringLiteral(text)) = node.arguments.args.get(1)
            && let Some((name, place)) = self.plain(text)
        {
            self.push_member(name, place, arguments[0], Role::Read, MemberForm::Getattr, None);
        }
        let place = span(node.range());
        let call = self.make(Kind::Unknown, place);
        let mut keywords: Vec<KeywordId> = Vec::new();
        for keyword in &node.arguments.keywords {
            let value = if keyword.arg.as_ref().is_some_and(|name| name.id.as_str() == "bound") && word == "TypeVar" {
                self.annotation(&keyword.value)
            } else {
                self.expression(&keyword.value)
            };
            match (&keyword.arg, &keyword.value) {
                (Some(name), _) => {
                    let word = self.word(name.id.as_str());
                    keywords.push(self.keyword(word, span(name.range), call, value, false));
                }
                // f(**{"name": value})
                (None, Expr::Dict(dictionary)) => {
                    for item in &dictionary.items {
                        if let Some(Expr::StringLiteral(key)) = &item.key
                            && let Some((name, place)) = self.plain(key)
                        {
                            keywords.push(self.keyword(name, place, call, value, true));
                        }
                    }
                }
                _ => {}
            }
        }
        self.in_annotation = was;
        self.table.expressions[call].kind = Kind::Call { callee, arguments: arguments.into(), keywords: keywords.into() };
        if !word.is_empty() {
            let word = self.word(word);
            self.table.calls.entry(word).or_default().push(call);
        }
        call
    }

    fn keyword(&mut self, name: Name, span: Span, call: ExpressionId, value: ExpressionId, in_string: bool) -> KeywordId {
        self.table.keywords.push(KeywordUse { name, span, call, value, in_string });
        self.table.keywords.len() - 1
    }

    /// A string literal: code in an annotation.
    pub(super) fn string(&mut self, node: &ast::ExprStringLiteral) -> ExpressionId {
        let place = span(node.range);
        if self.in_annotation
            && let [literal] = node.value.as_slice()
            && !self.in_string
            && let Ok(parsed) = parse_string_annotation(self.text, literal)
            && !self.text[literal.range].contains('\\')
        {
            self.in_string = true;
            let inner = self.expression(parsed.expr());
            self.in_string = false;
            return self.make(Kind::Quoted(inner), place);
        }
        let value = self.plain(node).map(|(name, _)| name);
        self.make(value.map_or(Kind::Builtin("str"), Kind::String), place)
    }

    /// A string that is one name, with the bytes of that name.
    pub(super) fn plain(&mut self, node: &ast::ExprStringLiteral) -> Option<(Name, Span)> {
        let [literal] = node.value.as_slice() else { return None };
        let value = &*literal.value;
        let is_name = !value.is_empty() && value.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        let whole = span(literal.range);
        let inner = Span { start: whole.start + literal.flags_opener(), end: whole.end.saturating_sub(literal.flags_closer()) };
        // Escapes would make the bytes others.
        let is_literal = self.text.get(inner.start as usize..inner.end as usize) == Some(value);
        (is_name && is_literal).then(|| (self.word(value), inner))
    }

    /// `__all__ = [...]`, `__slots__ = (...)`, `__match_args__ = (...)`.
    pub(super) fn listed_names(&mut self, target: &str, value: &Expr) {
        let kind = match target {
            "__all__" if self.table.scopes[self.scope].kind == ScopeKind::Module => MentionKind::All,
            "__slots__" | "__match_args__" => match self.table.class_of(self.scope) {
                Some(class) => MentionKind::Members(class),
                None => return,
            },
            _ => return,
        };
        self.mention(value, kind);
    }

    /// `__all__.append("name")` and its kin.
    pub(super) fn exported_by_call(&mut self, value: &Expr) {
        if let Expr::Call(call) = value
            && let Expr::Attribute(method) = &*call.func
            && let Expr::Name(name) = &*method.value
            && name.id.as_str() == "__all__"
            && self.table.scopes[self.scope].kind == ScopeKind::Module
        {
            call.arguments.args.iter().for_each(|argument| self.mention(argument, MentionKind::All));
        }
    }

    fn mention(&mut self, value: &Expr, kind: MentionKind) {
        match value {
            Expr::List(node) => node.elts.iter().for_each(|part| self.mention(part, kind)),
            Expr::Tuple(node) => node.elts.iter().for_each(|part| self.mention(part, kind)),
            Expr::Set(node) => node.elts.iter().for_each(|part| self.mention(part, kind)),
            Expr::Dict(node) => node.items.iter().filter_map(|item| item.key.as_ref()).for_each(|part| self.mention(part, kind)),
            Expr::BinOp(node) => {
                self.mention(&node.left, kind);
                self.mention(&node.right, kind);
            }
            Expr::StringLiteral(node) => {
                if let Some((name, span)) = self.plain(node) {
                    self.table.mentions.push(Mention { name, span, kind });
                }
            }
            _ => {}
        }
    }

    /// `x: Typed = {"name": …}` names fields.
    pub(super) fn dictionary_keys(&mut self, dictionary: &ast::ExprDict, annotation: ExpressionId) {
        let place = span(dictionary.range);
        let receiver = self.instance_of(annotation, place);
        for item in &dictionary.items {
            if let Some(Expr::StringLiteral(key)) = &item.key
                && let Some((name, place)) = self.plain(key)
            {
                self.push_member(name, place, receiver, Role::Write, MemberForm::Key, None);
            }
        }
    }

    /// `# type: …` is code too.
    pub(super) fn type_comments(&mut self) {
        let comments: Vec<Span> = self.table.texts.iter().filter(|(_, kind)| *kind == TextKind::Comment).map(|(span, _)| *span).collect();
        for comment in comments {
            let text = &self.text[comment.start as usize..comment.end as usize];
            let Some(rest) = text[1..].trim_start().strip_prefix("type:") else { continue };
            let code = rest.split('#').next().unwrap_or_default().trim();
            if code.is_empty() || code.starts_with("ignore") {
                continue;
            }
            let start = comment.start + crate::names::offset(rest.as_ptr() as usize - text.as_ptr() as usize);
            let start = start + crate::names::offset(code.as_ptr() as usize - rest.as_ptr() as usize);
            // A function's: (A, B) -> C
            let parts = code.split("->").map(|part| (start + crate::names::offset(part.as_ptr() as usize - code.as_ptr() as usize), part));
            let parts: Vec<_> = parts.map(|(at, part)| (at, part.trim_end().len())).collect();
            self.scope = self.scope_at(comment.start);
            for (at, length) in parts {
                let skipped =
                    self.text[at as usize..at as usize + length].len() - self.text[at as usize..at as usize + length].trim_start().len();
                let (from, to) = (at as usize + skipped, at as usize + length);
                let range = TextRange::new(TextSize::new(crate::names::offset(from)), TextSize::new(crate::names::offset(to)));
                if from < to
                    && let Ok(parsed) = parse_expression_range(self.text, range)
                {
                    self.in_string = true;
                    self.annotation(parsed.expr());
                    self.in_string = false;
                }
            }
        }
        self.scope = 0;
    }

    /// The innermost scope around a place in which names can be read.
    fn scope_at(&self, offset: u32) -> usize {
        self.table.scopes.iter().rposition(|scope| scope.span.start <= offset && offset < scope.span.end).unwrap_or(0)
    }
}

/// The bytes before and after a string literal's contents.
trait Delimited {
    fn flags_opener(&self) -> u32;
    fn flags_closer(&self) -> u32;
}

impl Delimited for ast::StringLiteral {
    fn flags_opener(&self) -> u32 {
        use ast::StringFlags as _;
        self.flags.opener_len().to_u32()
    }

    fn flags_closer(&self) -> u32 {
        use ast::StringFlags as _;
        self.flags.closer_len().to_u32()
    }
}
