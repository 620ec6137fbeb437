//! What documentation comments declare by themselves: types, imports and links.

use super::{
    declarations::Declaration,
    tags::{Tag, is_name_letter, overloads, span_of, tags},
    *,
};

impl Lower<'_> {
    /// Types that documentation declares, and links.
    pub(super) fn document_file(&mut self) {
        for comment in self.tree.comments.clone() {
            if !self.text.get(comment.range()).is_some_and(|text| text.starts_with("/**") && text.len() > 4) {
                continue;
            }
            if !self.tree.is_typescript {
                self.typedefs(comment);
                self.documented_imports(comment);
            }
            self.links(comment);
        }
    }

    fn typedefs(&mut self, comment: Span) {
        let (apart, tags) = overloads(tags(self.text, comment.range()));
        for tags in &apart {
            self.documented_signature(tags);
        }
        let Some(tag) = tags.iter().find(|tag| tag.name == "typedef" || tag.name == "callback") else { return };
        let name = &self.text[tag.subject.clone()];
        if name.is_empty() || name.contains('.') {
            return;
        }
        let has_members = tags.iter().any(|tag| tag.name == "property" || tag.name == "prop");
        let value = if tag.name == "callback" {
            let function = self.documented_signature(&tags);
            self.add_type(TypeNode::Function(function))
        } else if has_members || tag.kind.is_none() {
            let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Literal, ..Shape::default() });
            for tag in tags.iter().filter(|tag| tag.name == "property" || tag.name == "prop") {
                let kind = self.documented_type(tag, self.scope);
                let name = self.text[tag.subject.clone()].to_owned();
                if !name.is_empty() && !name.contains('.') {
                    self.documented_member(shape, &name, tag.subject.start, kind);
                }
            }
            self.add_type(TypeNode::Literal(shape))
        } else {
            match self.documented_type(tag, self.scope) {
                Some(node) => node,
                None => return,
            }
        };
        let declaration = Declaration::new(Meaning::TYPE, Declared::Alias { type_parameters: Vec::new(), value });
        self.declare(self.scope, name, span_of(&tag.subject), declaration.exported(true));
    }

    /// The parameters of a `@callback`.
    fn documented_signature(&mut self, tags: &[Tag]) -> FunctionId {
        let id = self.tree.functions.push(Function::default());
        let scope = self.new_scope(ScopeKind::Function, oxc_span::Span::new(0, 0));
        for (at, tag) in tags.iter().filter(|tag| tag.name == "param").enumerate() {
            let annotation = self.documented_type(tag, self.scope);
            let index = crate::names::offset(at);
            let pattern = self.new_pattern(Source::Parameter { function: id, index, is_rest: false, annotation, value: None });
            let name = self.text[tag.subject.clone()].to_owned();
            if !name.is_empty() && !name.contains('.') {
                let declaration = Declaration { is_parameter: true, ..Declaration::new(Meaning::VALUE, Declared::Pattern(pattern)) };
                let symbol = self.declare(scope, &name, span_of(&tag.subject), declaration);
                self.tree.patterns[pattern].symbol = Some(symbol);
            }
            self.tree.functions[id].parameters.push(pattern);
        }
        if let Some(tag) = tags.iter().find(|tag| tag.name == "returns" || tag.name == "return") {
            self.tree.functions[id].returns = self.documented_type(tag, self.scope);
        }
        id
    }

    /// `@import { A, B as C } from "./x"`.
    fn documented_imports(&mut self, comment: Span) {
        let text = self.text;
        for tag in tags(text, comment.range()).iter().filter(|tag| tag.name == "import") {
            let Some(names) = tag.kind.clone() else { continue };
            let rest = text[names.end..comment.end as usize].trim_start_matches('}').trim_start();
            let Some(rest) = rest.strip_prefix("from").map(str::trim_start) else { continue };
            let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
            let start = comment.end as usize - (comment.end as usize - names.end) + text[names.end..].find(quote).unwrap_or(0) + 1;
            let Some(length) = text[start..comment.end as usize].find(quote) else { continue };
            let module = self.name(&text[start..start + length]);
            self.tree.specifiers.push((span_of(&(start..start + length)), module.clone()));
            let mut at = names.start;
            for part in text[names].split(',') {
                let (imported, local) = part.split_once(" as ").map_or((part, None), |(one, other)| (one, Some(other)));
                let place = |word: &str, from: usize| {
                    let begin = from + word.len() - word.trim_start().len();
                    begin..begin + word.trim().len()
                };
                let imported_at = place(imported, at);
                let local_at = local.map_or(imported_at.clone(), |local| place(local, at + imported.len() + " as ".len()));
                at += part.len() + 1;
                let (imported, local_name) = (&text[imported_at.clone()], &text[local_at.clone()]);
                if imported.is_empty() || !imported.chars().all(is_name_letter) || !local_name.chars().all(is_name_letter) {
                    continue;
                }
                let declared = Declared::Import { module: module.clone(), name: self.name(imported) };
                let symbol = self.declare_without_spot(self.scope, local_name, Declaration::new(Meaning::ALL, declared));
                let kind = if local.is_some() {
                    self.spot(imported, span_of(&imported_at), SpotKind::Imported { module: module.clone() });
                    SpotKind::ImportLocal { module: module.clone(), symbol }
                } else {
                    SpotKind::ImportShort { module: module.clone(), symbol }
                };
                let spot = self.spot(local_name, span_of(&local_at), kind);
                self.tree.symbols[symbol].spots.push(spot);
            }
        }
    }

    /// `{@link A.b}` and `@see A.b`.
    fn links(&mut self, comment: Span) {
        let text = self.text;
        let mut at = comment.start as usize;
        while let Some(found) = text.get(at..comment.end as usize).and_then(|rest| rest.find("{@link")) {
            let open = at + found + "{@link".len();
            at = open;
            let rest = &text[open..comment.end as usize];
            let word = rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
            let path = word.trim_start();
            let start = comment.end as usize - path.len();
            if path.len() == word.len() {
                continue;
            }
            let scope = self.scope_at(comment);
            self.linked_path(scope, path, start);
        }
        for tag in tags(text, comment.range()).iter().filter(|tag| tag.name == "see" && tag.kind.is_none()) {
            let scope = self.scope_at(comment);
            self.linked_path(scope, &text[tag.subject.start..comment.end as usize], tag.subject.start);
        }
    }

    fn linked_path(&mut self, scope: ScopeId, path: &str, mut start: usize) {
        let mut left = None;
        for part in path.split(['.', '#', '~']) {
            let length = part.find(|letter: char| !is_name_letter(letter)).unwrap_or(part.len());
            if length == 0 {
                break;
            }
            left = Some(self.spot(&part[..length], span_of(&(start..start + length)), SpotKind::Linked { scope, left }));
            if length < part.len() {
                break;
            }
            start += length + 1;
        }
    }

    /// The scope around a comment.
    fn scope_at(&self, comment: Span) -> ScopeId {
        let holds = |scope: &&(ScopeId, &Scope)| scope.1.span.start <= comment.start && comment.end <= scope.1.span.end;
        // What is documented comes first: its parameters and members.
        let documented = self
            .tree
            .scopes
            .iter()
            .filter(|(_, scope)| scope.span.start >= comment.end && !matches!(scope.kind, ScopeKind::Block | ScopeKind::Type));
        let documented = documented.min_by_key(|(_, scope)| (scope.span.start, u32::MAX - scope.span.end));
        if let Some((id, scope)) = documented
            && let Some(between) = self.text.get(comment.end as usize..scope.span.start as usize)
            && !between.contains([';', '{', '}', ','])
            && between.len() < 200
        {
            return id;
        }
        let innermost = self.tree.scopes.iter().filter(|scope| holds(&scope)).min_by_key(|(_, scope)| scope.span.end - scope.span.start);
        innermost.map_or(self.scope, |(id, _)| id)
    }
}
