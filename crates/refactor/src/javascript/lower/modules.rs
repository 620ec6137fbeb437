//! What modules import and offer.

use oxc_ast::ast::{
    self, Argument, ExportDefaultDeclarationKind, ImportDeclarationSpecifier, ModuleDeclaration, ModuleExportName, StringLiteral,
    TSModuleReference,
};
use oxc_span::GetSpan;

use super::{declarations::Declaration, functions::Around, *};

impl Lower<'_> {
    /// The name of a module, whose place is remembered.
    pub(super) fn module_text(&mut self, source: &StringLiteral<'_>) -> Name {
        let name = self.name(&source.value);
        let span = self.within_quotes(source.span);
        self.tree.specifiers.push((span, name.clone()));
        name
    }

    fn export_name(&mut self, name: &ModuleExportName<'_>) -> (Name, Span) {
        match name {
            ModuleExportName::IdentifierName(name) => (self.name(&name.name), self.at(name.span)),
            ModuleExportName::IdentifierReference(name) => (self.name(&name.name), self.at(name.span)),
            ModuleExportName::StringLiteral(text) => (self.name(&text.value), self.within_quotes(text.span)),
        }
    }

    fn export(&mut self, name: &str, spot: Option<SpotId>, offered: Offered) -> ExportId {
        let name = self.name(name);
        let id = self.tree.exports.push(Export { name, spot, offered });
        self.tree.scopes[self.scope].exports.push(id);
        id
    }

    pub(super) fn module_declaration(&mut self, module: &ModuleDeclaration<'_>) {
        if matches!(self.tree.scopes[self.scope].kind, ScopeKind::File) {
            self.tree.is_module |= !matches!(module, ModuleDeclaration::TSNamespaceExportDeclaration(_));
        }
        match module {
            ModuleDeclaration::ImportDeclaration(import) => self.import(import),
            ModuleDeclaration::ExportAllDeclaration(all) => {
                let module = self.module_text(&all.source);
                match &all.exported {
                    None => {
                        self.export("*", None, Offered::All { module });
                    }
                    Some(name) => {
                        let (name, span) = self.export_name(name);
                        let export = self.export(&name, None, Offered::AllAs { module });
                        let spot = self.spot(&name, span, SpotKind::Exported(export));
                        self.tree.exports[export].spot = Some(spot);
                    }
                }
            }
            ModuleDeclaration::ExportDefaultDeclaration(default) => self.export_default(default),
            ModuleDeclaration::ExportDeclaration(export) => {
                // Documentation may stand before `export` or after it.
                self.declared(&export.declaration, true);
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let (local, local_span) = self.export_name(&specifier.local);
                    let (name, span) = self.export_name(&specifier.exported);
                    if local_span == span {
                        let export = self.export(&name, None, Offered::Unknown);
                        let kind = SpotKind::ExportShort { export, scope: self.scope, symbol: None };
                        let spot = self.spot(&name, span, kind);
                        self.tree.exports[export] = Export { name, spot: Some(spot), offered: Offered::Local(spot) };
                        continue;
                    }
                    let local = self.used(&local, local_span, Meaning::ALL, false);
                    let export = self.export(&name, None, Offered::Local(local));
                    let spot = self.spot(&name, span, SpotKind::Exported(export));
                    self.tree.exports[export].spot = Some(spot);
                    self.tree.pairs.push((local, spot));
                }
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                let module = self.module_text(&export.source);
                for specifier in &export.specifiers {
                    let (imported, local_span) = self.export_name(&specifier.local);
                    let (name, span) = self.export_name(&specifier.exported);
                    let offered = Offered::From { module: module.clone(), imported: imported.clone() };
                    let id = self.export(&name, None, offered);
                    let (left, kind) = if local_span == span {
                        (None, SpotKind::ReexportShort { export: id, module: module.clone() })
                    } else {
                        let left = self.spot(&imported, local_span, SpotKind::Reexported { module: module.clone() });
                        (Some(left), SpotKind::Exported(id))
                    };
                    let spot = self.spot(&name, span, kind);
                    self.tree.pairs.extend(left.map(|left| (left, spot)));
                    self.tree.exports[id].spot = Some(spot);
                }
            }
            ModuleDeclaration::TSExportAssignment(assignment) => {
                let whole = self.expression(&assignment.expression, Context::Nothing);
                self.widen(whole);
                self.export("export=", None, Offered::Whole(whole));
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(export) => {
                let declaration = Declaration::new(Meaning::ALL, Declared::Space(self.scope));
                let symbol = self.declare(self.scope, &export.id.name, self.at(export.id.span), declaration);
                self.tree.space_name = Some(symbol);
            }
        }
    }

    /// A name that may be a type or namespace, too.
    fn widen(&mut self, expression: ExpressionId) {
        if let Expression::Name(spot) = self.tree.expressions[expression]
            && let SpotKind::Use { meaning, .. } = &mut self.tree.spots[spot].kind
        {
            *meaning = Meaning::ALL;
        }
    }

    fn import(&mut self, import: &ast::ImportDeclaration<'_>) {
        let module = self.module_text(&import.source);
        for specifier in import.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    let (imported, imported_span) = self.export_name(&named.imported);
                    let span = self.at(named.local.span);
                    let declared = Declared::Import { module: module.clone(), name: imported.clone() };
                    let symbol = self.declare_without_spot(self.scope, &named.local.name, Declaration::new(Meaning::ALL, declared));
                    let (left, kind) = if imported_span == span {
                        (None, SpotKind::ImportShort { module: module.clone(), symbol })
                    } else {
                        let left = self.spot(&imported, imported_span, SpotKind::Imported { module: module.clone() });
                        (Some(left), SpotKind::ImportLocal { module: module.clone(), symbol })
                    };
                    let spot = self.spot(&named.local.name, span, kind);
                    self.tree.pairs.extend(left.map(|left| (left, spot)));
                    self.tree.symbols[symbol].spots.push(spot);
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    let declared = Declared::Import { module: module.clone(), name: self.name("default") };
                    self.import_local(&default.local, &module, declared);
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    self.import_local(&all.local, &module, Declared::ImportAll { module: module.clone() });
                }
            }
        }
    }

    fn import_local(&mut self, local: &ast::BindingIdentifier<'_>, module: &Name, declared: Declared) {
        let symbol = self.declare_without_spot(self.scope, &local.name, Declaration::new(Meaning::ALL, declared));
        let kind = SpotKind::ImportLocal { module: module.clone(), symbol };
        let spot = self.spot(&local.name, self.at(local.span), kind);
        self.tree.symbols[symbol].spots.push(spot);
    }

    fn export_default(&mut self, default: &ast::ExportDefaultDeclaration<'_>) {
        let statement = self.statement;
        let offered = match &default.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) if function.id.is_some() => {
                match self.function_declaration(function, false, statement) {
                    Some(symbol) => Offered::DefaultSymbol(symbol),
                    None => return,
                }
            }
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let expression = self.unknown();
                let lowered = self.function(function, Around { expression: Some(expression), ..Around::default() }, None);
                self.document_function(lowered, statement);
                self.tree.expressions[expression] = Expression::Function(lowered);
                Offered::Default(expression)
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let (shape, symbol) = self.class_declaration(class, false);
                match symbol {
                    Some(symbol) => Offered::DefaultSymbol(symbol),
                    None => Offered::Default(self.add(Expression::Class(shape), Context::Nothing)),
                }
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => Offered::DefaultSymbol(self.interface(interface, false)),
            other => match other.as_expression() {
                Some(expression) => {
                    let value = self.expression(expression, Context::Nothing);
                    self.widen(value);
                    Offered::Default(value)
                }
                None => return,
            },
        };
        self.export("default", None, offered);
    }

    pub(super) fn import_equals(&mut self, import: &ast::TSImportEqualsDeclaration<'_>, is_exported: bool) -> SymbolId {
        let declared = match &import.module_reference {
            TSModuleReference::ExternalModuleReference(reference) => {
                if matches!(self.tree.scopes[self.scope].kind, ScopeKind::File) {
                    self.tree.is_module = true;
                }
                Declared::ImportRequire { module: self.module_text(&reference.expression) }
            }
            TSModuleReference::IdentifierReference(name) => {
                Declared::ImportPath { last: self.used(&name.name, self.at(name.span), Meaning::ALL, false) }
            }
            TSModuleReference::QualifiedName(qualified) => match self.type_name_spot(&qualified.left, Meaning::SPACE) {
                Some(left) => {
                    let span = self.at(qualified.right.span);
                    let last = self.spot(&qualified.right.name, span, SpotKind::Qualified { left, meaning: Meaning::ALL });
                    Declared::ImportPath { last }
                }
                None => Declared::Unknown,
            },
        };
        let declaration = Declaration::new(Meaning::ALL, declared).exported(is_exported);
        self.declare(self.scope, &import.id.name, self.at(import.id.span), declaration)
    }

    pub(super) fn import_expression(&mut self, import: &ast::ImportExpression<'_>, context: Context) -> ExpressionId {
        if let Some(options) = &import.options {
            self.expression(options, Context::Nothing);
        }
        if let ast::Expression::StringLiteral(source) = &import.source {
            let module = self.module_text(source);
            return self.add(Expression::Import(module), context);
        }
        self.expression(&import.source, Context::Nothing);
        self.unknown()
    }

    /// `jest.mock("./x")`, `require.resolve("./x")`: calls whose first argument names a module by its path.
    pub(super) fn module_named_by_call(&mut self, callee: &ast::Expression<'_>, arguments: &[Argument<'_>]) {
        let Some(Argument::StringLiteral(text)) = arguments.first() else { return };
        let ast::Expression::StaticMemberExpression(member) = callee else { return };
        let ast::Expression::Identifier(object) = &member.object else { return };
        let is_known = matches!(
            (object.name.as_str(), member.property.name.as_str()),
            ("require", "resolve")
                | (
                    "jest" | "vi",
                    "mock" | "unmock" | "doMock" | "dontMock" | "requireActual" | "requireMock" | "importActual" | "importMock"
                )
        );
        if is_known && text.value.starts_with('.') {
            let name = self.name(&text.value);
            let span = self.within_quotes(text.span());
            self.tree.specifiers.push((span, name));
        }
    }
}
