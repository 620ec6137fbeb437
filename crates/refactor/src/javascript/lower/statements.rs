//! Statements.

use oxc_ast::ast::{self, Declaration as DeclarationNode, ForStatementInit, ForStatementLeft, Program, Statement, VariableDeclarationKind};
use oxc_span::GetSpan;

use super::{declarations::Declaration, functions::Around, patterns::Declaring, *};

impl Lower<'_> {
    pub(super) fn program(&mut self, program: &Program<'_>) {
        for comment in &program.comments {
            let span = self.at(comment.span);
            self.tree.comments.push(span);
            if self.text.get(span.range()).is_some_and(|text| text.starts_with("/**") && text.len() > 4) {
                self.documentation.insert(comment.attached_to, span);
            }
        }
        self.is_ambient = self.tree.is_declaration;
        self.directives(&program.directives);
        self.statements(&program.body);
        self.document_file();
    }

    pub(super) fn directives(&mut self, directives: &[ast::Directive<'_>]) {
        for directive in directives {
            let span = self.within_quotes(directive.expression.span);
            self.tree.strings.push(span);
        }
    }

    pub(super) fn statements(&mut self, statements: &[Statement<'_>]) {
        let end = statements.last().map_or(0, |last| self.at(last.span()).end);
        let outer = std::mem::replace(&mut self.block_end, end);
        for statement in statements {
            self.statement(statement);
        }
        self.block_end = outer;
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        self.statement = statement.span().start;
        self.deeper(|_| (), |lower| lower.statement_here(statement));
    }

    fn block(&mut self, span: oxc_span::Span, statements: &[Statement<'_>]) {
        self.scoped(ScopeKind::Block, span, |lower| lower.statements(statements));
    }

    fn statement_here(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::BlockStatement(block) => self.block(block.span, &block.body),
            Statement::BreakStatement(inner) => self.jump(inner.label.as_ref()),
            Statement::ContinueStatement(inner) => self.jump(inner.label.as_ref()),
            Statement::DebuggerStatement(_) | Statement::EmptyStatement(_) => {}
            Statement::DoWhileStatement(inner) => {
                self.statement(&inner.body);
                self.expression(&inner.test, Context::Nothing);
            }
            Statement::ExpressionStatement(inner) => {
                self.expression(&inner.expression, Context::Nothing);
            }
            Statement::ForInStatement(inner) => self.scoped(ScopeKind::Block, inner.span, |lower| {
                lower.expression(&inner.right, Context::Nothing);
                lower.for_left(&inner.left, Source::In);
                lower.statement(&inner.body);
            }),
            Statement::ForOfStatement(inner) => self.scoped(ScopeKind::Block, inner.span, |lower| {
                let iterated = lower.expression(&inner.right, Context::Nothing);
                lower.for_left(&inner.left, Source::Of(iterated));
                lower.statement(&inner.body);
            }),
            Statement::ForStatement(inner) => self.scoped(ScopeKind::Block, inner.span, |lower| {
                match &inner.init {
                    Some(ForStatementInit::VariableDeclaration(variables)) => lower.variables(variables, false),
                    Some(other) => {
                        if let Some(expression) = other.as_expression() {
                            lower.expression(expression, Context::Nothing);
                        }
                    }
                    None => {}
                }
                for part in [&inner.test, &inner.update].into_iter().flatten() {
                    lower.expression(part, Context::Nothing);
                }
                lower.statement(&inner.body);
            }),
            Statement::IfStatement(inner) => self.condition(inner),
            Statement::LabeledStatement(inner) => {
                let number = self.label_count;
                self.label_count += 1;
                let name = self.name(&inner.label.name);
                let span = self.at(inner.label.span);
                self.spot(&name, span, SpotKind::Label(number));
                self.labels.push((name, number));
                self.statement(&inner.body);
                self.labels.pop();
            }
            Statement::ReturnStatement(inner) => {
                let Some(argument) = &inner.argument else { return };
                let context = self.function.map_or(Context::Nothing, Context::Return);
                let result = self.expression(argument, context);
                if let Some(function) = self.function {
                    self.tree.functions[function].results.push(result);
                }
            }
            Statement::SwitchStatement(inner) => {
                let on = self.expression(&inner.discriminant, Context::Nothing);
                self.scoped(ScopeKind::Block, inner.span, |lower| {
                    for case in &inner.cases {
                        if let Some(test) = &case.test {
                            lower.expression(test, Context::Compared(on));
                        }
                        lower.statements(&case.consequent);
                    }
                });
            }
            Statement::ThrowStatement(inner) => {
                self.expression(&inner.argument, Context::Nothing);
            }
            Statement::TryStatement(inner) => {
                self.block(inner.block.span, &inner.block.body);
                if let Some(handler) = &inner.handler {
                    self.scoped(ScopeKind::Block, handler.span, |lower| {
                        if let Some(parameter) = &handler.param {
                            let annotation = parameter.type_annotation.as_ref().map(|one| lower.type_node(&one.type_annotation));
                            let how = Declaring {
                                scope: lower.scope,
                                is_exported: false,
                                is_hoisted: false,
                                is_parameter: true,
                                is_constant: false,
                            };
                            lower.binding(&parameter.pattern, Source::Caught(annotation), how);
                        }
                        lower.block(handler.body.span, &handler.body.body);
                    });
                }
                if let Some(finalizer) = &inner.finalizer {
                    self.block(finalizer.span, &finalizer.body);
                }
            }
            Statement::WhileStatement(inner) => {
                let test = self.expression(&inner.test, Context::Nothing);
                let body = self.at(inner.body.span());
                self.facts(test, true, body);
                self.statement(&inner.body);
            }
            Statement::WithStatement(inner) => {
                self.tree.has_eval = true;
                self.expression(&inner.object, Context::Nothing);
                self.statement(&inner.body);
            }
            other => {
                if let Some(declaration) = other.as_declaration() {
                    let is_exported = self.is_ambient && !matches!(declaration, DeclarationNode::TSImportEqualsDeclaration(_));
                    let before = self.tree.symbols.len();
                    let symbol = self.declared(declaration, is_exported);
                    if is_exported {
                        let scope = self.scope;
                        let new = self.tree.symbols.ids().skip(before).chain(symbol).filter(|id| self.tree.symbols[*id].scope == scope);
                        let new: Vec<SymbolId> = new.collect();
                        self.ambient.extend(new);
                    }
                } else if let Some(module) = other.as_module_declaration() {
                    self.module_declaration(module);
                }
            }
        }
    }

    /// `else if` in a row is walked, not descended.
    fn condition(&mut self, first: &ast::IfStatement<'_>) {
        let mut at = first;
        loop {
            let test = self.expression(&at.test, Context::Nothing);
            let then = self.at(at.consequent.span());
            self.facts(test, true, then);
            if let Some(alternate) = &at.alternate {
                let otherwise = self.at(alternate.span());
                self.facts(test, false, otherwise);
            } else if leaves(&at.consequent) {
                let after = Span { start: then.end, end: self.block_end };
                self.facts(test, false, after);
            }
            self.statement(&at.consequent);
            match &at.alternate {
                Some(Statement::IfStatement(next)) => at = next,
                Some(other) => return self.statement(other),
                None => return,
            }
        }
    }

    fn jump(&mut self, label: Option<&ast::LabelIdentifier<'_>>) {
        let Some(label) = label else { return };
        let found = self.labels.iter().rev().find(|(name, _)| **name == *label.name).map(|(_, number)| *number);
        let span = self.at(label.span);
        if let Some(number) = found {
            self.spot(&label.name, span, SpotKind::Label(number));
        }
    }

    fn for_left(&mut self, left: &ForStatementLeft<'_>, source: Source) {
        if let ForStatementLeft::VariableDeclaration(variables) = left {
            for declarator in &variables.declarations {
                let how = self.declaring(variables.kind, false);
                self.binding(&declarator.id, source.clone(), how);
                if let Some(init) = &declarator.init {
                    self.expression(init, Context::Nothing);
                }
            }
        } else if let Some(target) = left.as_assignment_target() {
            self.target(target, source);
        }
    }

    fn declaring(&self, kind: VariableDeclarationKind, is_exported: bool) -> Declaring {
        let is_hoisted = kind == VariableDeclarationKind::Var;
        let scope = if is_hoisted { self.function_scope() } else { self.scope };
        Declaring { scope, is_exported, is_hoisted, is_parameter: false, is_constant: kind == VariableDeclarationKind::Const }
    }

    pub(super) fn variables(&mut self, variables: &ast::VariableDeclaration<'_>, is_exported: bool) {
        let documented = self.statement;
        for declarator in &variables.declarations {
            let how = self.declaring(variables.kind, is_exported);
            let annotation = declarator.type_annotation.as_ref().map(|one| self.type_node(&one.type_annotation));
            let pattern = self.binding(&declarator.id, Source::Variable { annotation, value: None }, how);
            self.document_variable(pattern, documented);
            let Some(init) = &declarator.init else { continue };
            let annotation = match &self.tree.patterns[pattern].source {
                Source::Variable { annotation, .. } => *annotation,
                _ => None,
            };
            let context = annotation.map_or(Context::Pattern(pattern), Context::Annotation);
            let value = self.expression(init, context);
            if let Source::Variable { value: slot, .. } = &mut self.tree.patterns[pattern].source {
                *slot = Some(value);
            }
            if let Expression::Function(function) = self.tree.expressions[value] {
                self.document_function(function, documented);
                if self.tree.functions[function].symbol.is_none() {
                    self.tree.functions[function].symbol = self.tree.patterns[pattern].symbol;
                }
            }
        }
    }

    /// A declaration; the symbol of a single one.
    pub(super) fn declared(&mut self, declaration: &DeclarationNode<'_>, is_exported: bool) -> Option<SymbolId> {
        let statement = self.statement;
        match declaration {
            DeclarationNode::VariableDeclaration(variables) => {
                self.variables(variables, is_exported);
                None
            }
            DeclarationNode::FunctionDeclaration(function) => self.function_declaration(function, is_exported, statement),
            DeclarationNode::ClassDeclaration(class) => {
                let (shape, symbol) = self.class_declaration(class, is_exported);
                self.document_class(shape, statement);
                symbol
            }
            DeclarationNode::TSTypeAliasDeclaration(alias) => Some(self.alias(alias, is_exported)),
            DeclarationNode::TSInterfaceDeclaration(interface) => Some(self.interface(interface, is_exported)),
            DeclarationNode::TSEnumDeclaration(declared) => Some(self.enumeration(declared, is_exported)),
            DeclarationNode::TSExternalModuleDeclaration(module) => {
                self.external_module(module);
                None
            }
            DeclarationNode::TSNamespaceDeclaration(space) => Some(self.space(space, is_exported)),
            DeclarationNode::TSGlobalDeclaration(global) => {
                let outer = std::mem::replace(&mut self.is_ambient, true);
                self.scoped(ScopeKind::Global, global.span, |lower| lower.statements(&global.body.body));
                self.is_ambient = outer;
                None
            }
            DeclarationNode::TSImportEqualsDeclaration(import) => Some(self.import_equals(import, is_exported)),
        }
    }

    pub(super) fn function_declaration(&mut self, function: &ast::Function<'_>, is_exported: bool, statement: u32) -> Option<SymbolId> {
        let symbol = function.id.as_ref().map(|name| {
            let declaration = Declaration { is_hoisted: true, ..Declaration::new(Meaning::VALUE, Declared::Unknown) };
            self.declare(self.scope, &name.name, self.at(name.span), declaration.exported(is_exported))
        });
        let lowered = self.function(function, Around::default(), None);
        self.tree.functions[lowered].symbol = symbol;
        if let Some(symbol) = symbol {
            let declared = &mut self.tree.symbols[symbol].declared;
            if let Some(slot) = declared.iter_mut().rev().find(|one| matches!(one, Declared::Unknown)) {
                *slot = Declared::Function(lowered);
            }
        }
        self.document_function(lowered, statement);
        symbol
    }

    fn alias(&mut self, alias: &ast::TSTypeAliasDeclaration<'_>, is_exported: bool) -> SymbolId {
        let declaration = Declaration::new(Meaning::TYPE, Declared::Unknown).exported(is_exported);
        // Declared as an alias at once, so that it merges as one.
        let value = self.add_type(TypeNode::Unknown);
        let declaration = Declaration { declared: Declared::Alias { type_parameters: Vec::new(), value }, ..declaration };
        let symbol = self.declare(self.scope, &alias.id.name, self.at(alias.id.span), declaration);
        let (type_parameters, node) = self.scoped(ScopeKind::Type, alias.span, |lower| {
            let parameters = alias.type_parameters.as_ref().map(|declared| lower.type_parameters(declared)).unwrap_or_default();
            (parameters, lower.type_node(&alias.type_annotation))
        });
        self.tree.types[value] = TypeNode::Same(node);
        for declared in &mut self.tree.symbols[symbol].declared {
            if let Declared::Alias { type_parameters: slot, value: one } = declared
                && *one == value
            {
                slot.clone_from(&type_parameters);
            }
        }
        symbol
    }

    fn space(&mut self, space: &ast::TSNamespaceDeclaration<'_>, is_exported: bool) -> SymbolId {
        let meaning = Meaning::VALUE.with(Meaning::SPACE);
        let outer = self.is_ambient;
        self.is_ambient |= space.declare;
        // The scope needs the symbol and the symbol the scope.
        let scope = self.new_scope(ScopeKind::Block, space.span);
        let declaration = Declaration::new(meaning, Declared::Space(scope)).exported(is_exported);
        let symbol = self.declare(self.scope, &space.id.name, self.at(space.id.span), declaration);
        self.tree.scopes[scope].kind = ScopeKind::Space(symbol);
        self.in_scope(scope, |lower| match &space.body {
            ast::TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                lower.deeper(
                    |_| (),
                    |lower| {
                        lower.space(inner, true);
                    },
                );
            }
            ast::TSNamespaceDeclarationBody::TSModuleBlock(block) => lower.statements(&block.body),
        });
        self.is_ambient = outer;
        symbol
    }

    fn external_module(&mut self, module: &ast::TSExternalModuleDeclaration<'_>) {
        let name = self.name(&module.id.value);
        let span = self.within_quotes(module.id.span);
        self.tree.specifiers.push((span, name.clone()));
        let outer = std::mem::replace(&mut self.is_ambient, true);
        let scope = self.new_scope(ScopeKind::Module, module.span);
        self.tree.scopes[scope].module = Some(name);
        if let Some(body) = &module.body {
            self.in_scope(scope, |lower| lower.statements(&body.body));
        }
        self.is_ambient = outer;
    }
}

/// Whether nothing after a statement is reached from it.
fn leaves(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ReturnStatement(_) | Statement::ThrowStatement(_) | Statement::BreakStatement(_) | Statement::ContinueStatement(_) => {
            true
        }
        Statement::BlockStatement(block) => block.body.last().is_some_and(leaves),
        _ => false,
    }
}
