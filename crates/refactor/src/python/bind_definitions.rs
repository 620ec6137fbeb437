//! Functions, classes, imports and patterns, as the binder reads them.

use ruff_python_ast::{self as ast, Pattern};
use ruff_text_size::Ranged;

use super::{
    bind::{Binder, span},
    table::{BindingKind, Class, Function, FunctionId, Import, MemberForm, Name, Parameter, ParameterKind, Role, ScopeKind, Span},
};

impl Binder<'_> {
    fn qualified(&self, name: &str) -> String {
        let mut all: Vec<&str> = self.qualifiers.iter().map(|part| &**part).collect();
        all.push(name);
        all.join(".")
    }

    pub(super) fn function(&mut self, node: &ast::StmtFunctionDef) {
        let decorators: Vec<_> = node.decorator_list.iter().map(|decorator| self.expression(&decorator.expression)).collect();
        let id = self.table.functions.len();
        let class = self.table.class_of(self.scope);
        let name = self.word(node.name.id.as_str());
        let qualified = self.qualified(&name);
        let qualified = self.word(&qualified);
        self.table.functions.push(Function {
            name: name.clone(),
            span: span(node.name.range),
            qualified,
            scope: 0,
            class,
            decorators,
            parameters: Vec::new(),
            returns: None,
            returned: Vec::new(),
            yielded: Vec::new(),
            is_async: node.is_async,
            symbol: None,
        });
        let outer = self.scope;
        let typed = self.type_parameters(node.type_params.as_deref(), span(node.range)).unwrap_or(outer);
        let defaults = self.parameter_parts(&node.parameters, typed);
        let returns = node.returns.as_deref().map(|returns| self.within(typed, |binder| binder.annotation(returns)));
        self.table.functions[id].returns = returns;
        let symbol = self.bind_at(&name, span(node.name.range), Role::Definition, BindingKind::Function(id));
        self.table.functions[id].symbol = Some(symbol);
        let scope = self.open(ScopeKind::Function(id), Some(typed), span(node.range));
        self.table.functions[id].scope = scope;
        self.functions.push(id);
        self.qualifiers.push(name);
        self.within(scope, |binder| {
            binder.in_block(false, |binder| {
                binder.parameters(id, &node.parameters, defaults);
                binder.statements(&node.body);
            });
        });
        self.qualifiers.pop();
        self.functions.pop();
    }

    /// Annotations and defaults, which are read outside of the function: in order of source.
    fn parameter_parts(&mut self, parameters: &ast::Parameters, typed: usize) -> Vec<(Option<usize>, Option<usize>)> {
        let mut parts = Vec::new();
        for parameter in parameters.iter_source_order() {
            let annotation = parameter.annotation().map(|annotation| self.within(typed, |binder| binder.annotation(annotation)));
            let default = parameter.default().map(|default| self.expression(default));
            parts.push((annotation, default));
        }
        parts
    }

    fn parameters(&mut self, function: FunctionId, parameters: &ast::Parameters, parts: Vec<(Option<usize>, Option<usize>)>) {
        let kind_of = |at: usize| {
            let position_only = parameters.posonlyargs.len();
            let normal = position_only + parameters.args.len();
            let variadic = normal + usize::from(parameters.vararg.is_some());
            match at {
                at if at < position_only => ParameterKind::PositionOnly,
                at if at < normal => ParameterKind::Normal,
                at if at < variadic => ParameterKind::Variadic,
                at if at < variadic + parameters.kwonlyargs.len() => ParameterKind::KeywordOnly,
                _ => ParameterKind::Keywords,
            }
        };
        for (at, (parameter, (annotation, default))) in parameters.iter_source_order().zip(parts).enumerate() {
            let symbol = self.bind_identifier(parameter.name(), Role::Definition, BindingKind::Parameter(function, at));
            let name = self.word(parameter.name().id.as_str());
            let kind = kind_of(at);
            self.table.functions[function].parameters.push(Parameter { name, symbol, kind, annotation, default });
        }
    }

    /// The parameters of a lambda: nobody calls it by its keywords that could be found.
    pub(super) fn lambda(&mut self, node: &ast::ExprLambda) -> usize {
        let parts = node.parameters.as_deref().map(|parameters| self.parameter_parts(parameters, self.scope));
        let scope = self.open(ScopeKind::Lambda, Some(self.scope), span(node.range));
        let _ = parts;
        self.within(scope, |binder| {
            for parameter in node.parameters.iter().flat_map(|parameters| parameters.iter_source_order()) {
                binder.bind_identifier(parameter.name(), Role::Definition, BindingKind::Unknown);
            }
            binder.expression(&node.body)
        })
    }

    pub(super) fn class(&mut self, node: &ast::StmtClassDef) {
        let decorators: Vec<_> = node.decorator_list.iter().map(|decorator| self.expression(&decorator.expression)).collect();
        let outer = self.scope;
        let typed = self.type_parameters(node.type_params.as_deref(), span(node.range)).unwrap_or(outer);
        let bases = self.within(typed, |binder| {
            let Some(arguments) = &node.arguments else { return Vec::new() };
            let bases = arguments.args.iter().map(|base| binder.expression(base)).collect();
            for keyword in &arguments.keywords {
                binder.expression(&keyword.value);
            }
            bases
        });
        let name = self.word(node.name.id.as_str());
        let qualified = self.qualified(&name);
        let qualified = self.word(&qualified);
        let id = self.table.classes.len();
        let scope = self.open(ScopeKind::Class(id), Some(typed), span(node.range));
        self.table.classes.push(Class {
            name: name.clone(),
            qualified,
            scope,
            bases,
            decorators,
            symbol: 0,
            instance: std::collections::HashMap::default(),
        });
        // The body runs before the name is bound.
        self.classes.push(id);
        self.qualifiers.push(name.clone());
        self.within(scope, |binder| binder.in_block(false, |binder| binder.statements(&node.body)));
        self.qualifiers.pop();
        self.classes.pop();
        let symbol = self.bind_at(&name, span(node.name.range), Role::Definition, BindingKind::Class(id));
        self.table.classes[id].symbol = symbol;
    }

    pub(super) fn import(&mut self, node: &ast::StmtImport) {
        for (position, alias) in node.names.iter().enumerate() {
            let module = self.dotted(span(alias.name.range));
            let id = self.import_id();
            let import = Import {
                statement: span(node.range),
                level: 0,
                module_span: span(alias.name.range),
                name: None,
                star: false,
                alias: self.alias(alias),
                position: (position, node.names.len()),
                symbol: None,
                module,
            };
            let first = import.module.first().cloned();
            self.table.imports.push(import);
            let symbol = match &alias.asname {
                Some(name) => Some(self.bind_identifier(name, Role::Definition, BindingKind::Import(id))),
                // `import a.b` binds a.
                None => first.map(|(name, place)| self.bind_import(&name, place, id)),
            };
            self.table.imports[id].symbol = symbol;
        }
    }

    fn bind_import(&mut self, name: &Name, place: Span, id: usize) -> usize {
        let scope = self.scope;
        let binding = self.bind_quietly(scope, name, place, BindingKind::Import(id));
        self.table.bindings[binding].symbol
    }

    fn alias(&mut self, alias: &ast::Alias) -> Option<(Name, Span)> {
        alias.asname.as_ref().map(|name| (self.word(name.id.as_str()), span(name.range)))
    }

    pub(super) fn import_from(&mut self, node: &ast::StmtImportFrom) {
        let module = node.module.as_ref().map(|module| self.dotted(span(module.range))).unwrap_or_default();
        let module_span = self.module_span(node);
        for (position, alias) in node.names.iter().enumerate() {
            let star = alias.name.id.as_str() == "*";
            let name = (!star).then(|| (self.word(alias.name.id.as_str()), span(alias.name.range)));
            let id = self.import_id();
            let import = Import {
                statement: span(node.range),
                level: node.level,
                module: module.clone(),
                module_span,
                name: name.clone(),
                star,
                alias: self.alias(alias),
                position: (position, node.names.len()),
                symbol: None,
            };
            self.table.imports.push(import);
            let symbol = match (&alias.asname, name) {
                (Some(alias), _) => Some(self.bind_identifier(alias, Role::Definition, BindingKind::Import(id))),
                (None, Some((name, place))) => Some(self.bind_import(&name, place, id)),
                (None, None) => None,
            };
            self.table.imports[id].symbol = symbol;
        }
    }

    /// From the first dot to the module's last word.
    fn module_span(&self, node: &ast::StmtImportFrom) -> Span {
        let whole = span(node.range);
        let end = node.module.as_ref().map(|module| span(module.range).end);
        let after_from = whole.start + 4;
        let rest = self.text.get(after_from as usize..whole.end as usize).unwrap_or_default();
        let start = rest
            .find(|letter: char| !letter.is_whitespace() && letter != '\\')
            .map_or(after_from, |at| after_from + crate::names::offset(at));
        let dots = || {
            let text = self.text.get(start as usize..whole.end as usize).unwrap_or_default();
            let length = text.find("import").unwrap_or(0);
            start + crate::names::offset(text[..length].trim_end_matches([' ', '\t', '\\', '\n', '\r']).len())
        };
        Span { start, end: end.unwrap_or_else(dots) }
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern, subject: Option<usize>) {
        match pattern {
            Pattern::MatchValue(node) => {
                self.expression(&node.value);
            }
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => node.patterns.iter().for_each(|part| self.pattern(part, None)),
            Pattern::MatchMapping(node) => {
                for key in &node.keys {
                    self.expression(key);
                }
                node.patterns.iter().for_each(|part| self.pattern(part, None));
                if let Some(rest) = &node.rest {
                    self.bind_identifier(rest, Role::Write, BindingKind::Unknown);
                }
            }
            Pattern::MatchClass(node) => {
                let class = self.expression(&node.cls);
                let instance = self.instance_of(class, Self::range_of(&node.cls));
                node.arguments.patterns.iter().for_each(|part| self.pattern(part, None));
                for keyword in &node.arguments.keywords {
                    let word = self.word(keyword.attr.id.as_str());
                    let place = span(keyword.attr.range);
                    let member = self.push_member(word, place, instance, Role::Read, MemberForm::Pattern, None);
                    let value = self.make(super::table::Kind::Member(member), place);
                    self.pattern(&keyword.pattern, Some(value));
                }
            }
            Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    self.bind_identifier(name, Role::Write, BindingKind::Unknown);
                }
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner, subject);
                }
                if let Some(name) = &node.name {
                    let class = node.pattern.as_deref().and_then(|inner| self.pattern_class(inner));
                    let kind = match (class, subject) {
                        (Some(class), _) => BindingKind::Capture(Some(class)),
                        (None, Some(subject)) => BindingKind::Value(subject, Vec::new()),
                        (None, None) => BindingKind::Capture(None),
                    };
                    self.bind_identifier(name, Role::Write, kind);
                }
            }
            Pattern::MatchOr(node) => node.patterns.iter().for_each(|part| self.pattern(part, subject)),
        }
    }

    /// The expression of the class that a pattern asks for; it was read already.
    pub(super) fn pattern_class(&self, pattern: &Pattern) -> Option<usize> {
        let Pattern::MatchClass(node) = pattern else { return None };
        let place = span(node.cls.range());
        self.table
            .expressions
            .iter()
            .rposition(|expression| expression.span == place && !matches!(expression.kind, super::table::Kind::InstanceOf(_)))
    }
}
