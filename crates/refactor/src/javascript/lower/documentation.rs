//! Documentation comments, as far as they name things: parameters, types and links.

use std::ops::Range;

use oxc_ast::ast::Statement;

use super::{
    declarations::Declaration,
    tags::{Tag, overloads, span_of, tags},
    *,
};

impl Lower<'_> {
    fn documented_at(&self, start: u32) -> Option<Span> {
        if self.shift == 0 { self.documentation.get(&start).copied() } else { None }
    }

    /// Parameters, and where the language takes types from documentation, these.
    pub(super) fn document_function(&mut self, id: FunctionId, start: u32) {
        let Some(comment) = self.documented_at(start) else { return };
        if !self.documented.insert(id) {
            return;
        }
        let (_, tags) = overloads(tags(self.text, comment.range()));
        let scope = self.tree.functions[id].scope;
        let has_types = !self.tree.is_typescript;
        if has_types {
            for tag in tags.iter().filter(|tag| tag.name == "template") {
                let Some(scope) = scope else { continue };
                let declaration = Declaration::new(Meaning::TYPE, Declared::TypeParameter { constraint: None, default: None });
                let symbol = self.declare(scope, &self.text[tag.subject.clone()], span_of(&tag.subject), declaration);
                self.tree.functions[id].type_parameters.push(symbol);
            }
        }
        for tag in &tags {
            match tag.name.as_str() {
                "param" | "arg" | "argument" => self.document_parameter(id, tag, scope.filter(|_| has_types)),
                "returns" | "return" if has_types && self.tree.functions[id].returns.is_none() => {
                    self.tree.functions[id].returns = scope.and_then(|scope| self.documented_type(tag, scope));
                }
                "this" if has_types => {
                    self.tree.functions[id].this_type = scope.and_then(|scope| self.documented_type(tag, scope));
                }
                "type" if has_types => {
                    if let Some(scope) = scope {
                        self.documented_type(tag, scope);
                    }
                }
                _ => {}
            }
        }
    }

    fn document_parameter(&mut self, id: FunctionId, tag: &Tag, types_in: Option<ScopeId>) {
        let text = self.text;
        let subject = &text[tag.subject.clone()];
        let (first, rest) = subject.split_once('.').map_or((subject, None), |(first, rest)| (first, Some(rest)));
        let named = self.tree.functions[id]
            .parameters
            .iter()
            .copied()
            .find(|pattern| self.tree.patterns[*pattern].symbol.is_some_and(|symbol| *self.tree.symbols[symbol].name == *first));
        let end = tag.subject.start + first.len();
        let kind = types_in.and_then(|scope| self.documented_type(tag, scope));
        if named.is_some() && !first.is_empty() {
            self.spot(first, span_of(&(tag.subject.start..end)), SpotKind::DocumentedParameter { function: id });
        }
        let Some(pattern) = named else { return };
        if let Source::Parameter { annotation, .. } = &mut self.tree.patterns[pattern].source
            && annotation.is_none()
            && rest.is_none()
        {
            *annotation = kind;
        }
        let Some(rest) = rest.filter(|rest| !rest.contains('.') && !rest.is_empty() && types_in.is_some()) else { return };
        let Source::Parameter { annotation: Some(whole), .. } = self.tree.patterns[pattern].source else { return };
        let shape = if let TypeNode::Literal(shape) = self.tree.types[whole] {
            shape
        } else {
            let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Literal, ..Shape::default() });
            self.tree.types[whole] = TypeNode::Literal(shape);
            shape
        };
        self.documented_member(shape, rest, end + 1, kind);
    }

    pub(super) fn documented_member(&mut self, shape: ShapeId, name: &str, start: usize, kind: Option<TypeId>) {
        let name = self.name(name);
        let member = self.new_member(shape, &name, MemberKind::Property);
        let spot = self.spot(&name, span_of(&(start..start + name.len())), SpotKind::MemberDeclaration(member));
        self.tree.members[member].spot = Some(spot);
        self.tree.members[member].annotation = kind;
    }

    /// `@type` before a variable.
    pub(super) fn document_variable(&mut self, pattern: PatternId, start: u32) {
        if self.tree.is_typescript {
            return;
        }
        let kind = self.type_tag(start);
        if let Source::Variable { annotation, .. } = &mut self.tree.patterns[pattern].source
            && annotation.is_none()
        {
            *annotation = kind;
        }
    }

    /// `@type` before a member.
    pub(super) fn document_member(&mut self, member: MemberId, start: u32) {
        if let Some(Expression::Function(function)) = self.tree.members[member].value.map(|value| self.tree.expressions[value].clone()) {
            self.document_function(function, start);
        } else if let Some(function) = self.tree.members[member].function {
            self.document_function(function, start);
        } else if !self.tree.is_typescript && self.tree.members[member].annotation.is_none() {
            self.tree.members[member].annotation = self.type_tag(start);
        }
    }

    fn type_tag(&mut self, start: u32) -> Option<TypeId> {
        let comment = self.documented_at(start)?;
        let tag = tags(self.text, comment.range()).into_iter().find(|tag| tag.name == "type")?;
        self.documented_type(&tag, self.scope)
    }

    /// `@extends {Base<T>}` and `@template` of a class are not followed; `@implements` is.
    pub(super) fn document_class(&mut self, shape: ShapeId, start: u32) {
        if self.tree.is_typescript {
            return;
        }
        let Some(comment) = self.documented_at(start) else { return };
        for tag in tags(self.text, comment.range()).iter().filter(|tag| tag.name == "implements") {
            if let Some(node) = self.documented_type(tag, self.scope)
                && !self.tree.shapes[shape].contracts.contains(&node)
            {
                self.tree.shapes[shape].contracts.push(node);
            }
        }
    }

    pub(super) fn documented_type(&mut self, tag: &Tag, scope: ScopeId) -> Option<TypeId> {
        let range = tag.kind.clone()?;
        self.in_scope(scope, |lower| lower.parsed_type(range))
    }

    /// A type in documentation, parsed by itself.
    fn parsed_type(&mut self, mut range: Range<usize>) -> Option<TypeId> {
        const BEFORE: &str = "type A=";
        let text = self.text;
        let trim = |range: &mut Range<usize>| {
            let part = &text[range.clone()];
            range.start += part.len() - part.trim_start().len();
            range.end -= part.len() - part.trim_end().len();
        };
        trim(&mut range);
        if text[range.clone()].ends_with('=') {
            range.end -= 1;
        }
        for prefix in ["...", "?", "!"] {
            if text[range.clone()].starts_with(prefix) {
                range.start += prefix.len();
            }
        }
        if range.is_empty() || range.len() > 10_000 {
            return None;
        }
        // A star at the beginning of a line belongs to the comment.
        let mut source = String::from(BEFORE);
        let mut is_line_start = false;
        for letter in text[range.clone()].chars() {
            source.push(if letter == '*' && is_line_start { ' ' } else { letter });
            is_line_start = letter == '\n' || is_line_start && letter.is_whitespace();
        }
        source.push(';');
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, &source, SourceType::ts()).parse();
        if parsed.panicked || parsed.diagnostics.iter().next().is_some() {
            return None;
        }
        let Some(Statement::TSTypeAliasDeclaration(alias)) = parsed.program.body.first() else { return None };
        let shift = i64::try_from(range.start).ok()? - i64::try_from(BEFORE.len()).ok()?;
        let outer = std::mem::replace(&mut self.shift, shift);
        let node = self.type_node(&alias.type_annotation);
        self.shift = outer;
        Some(node)
    }
}
