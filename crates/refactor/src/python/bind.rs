//! Makes the tables of a file: scopes, blocks and what is bound in them.

use std::{collections::HashMap, sync::Arc};

use ruff_python_ast::{Identifier, token::TokenKind};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::{
    nesting::is_too_deep,
    table::{
        Binding, BindingId, BindingKind, Block, BlockId, ClassId, Expression, ExpressionId, FunctionId, ImportId, Kind, Name, NameUse,
        Narrowing, Redirect, Role, Scope, ScopeId, ScopeKind, Span, Spot, Symbol, SymbolId, Table, TextKind, UseId,
    },
};

/// Walks a syntax tree and fills the tables.
pub(super) struct Binder<'a> {
    pub(super) text: &'a str,
    pub(super) table: Table,
    pub(super) scope: ScopeId,
    pub(super) block: BlockId,
    pub(super) classes: Vec<ClassId>,
    pub(super) functions: Vec<FunctionId>,
    /// Enclosing classes and functions, dotted.
    pub(super) qualifiers: Vec<Name>,
    pub(super) narrowed: Vec<PendingNarrowing>,
    /// Strings are code here.
    pub(super) in_annotation: bool,
    /// A string is being read as code.
    pub(super) in_string: bool,
    order: u32,
    words: HashMap<Arc<str>, Name>,
}

/// A narrowing whose variable is not resolved yet.
pub(super) struct PendingNarrowing {
    pub(super) block: BlockId,
    pub(super) from: u32,
    pub(super) subject: UseId,
    pub(super) path: Vec<Name>,
    pub(super) class: ExpressionId,
    pub(super) holds: bool,
}

/// The tables of a text.
pub(crate) fn bind(text: &str) -> Table {
    if is_too_deep(text) {
        return Table { too_deep: true, error: Some(0), ..Table::default() };
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let mut binder = Binder {
        text,
        table: Table::default(),
        scope: 0,
        block: 0,
        classes: Vec::new(),
        functions: Vec::new(),
        qualifiers: Vec::new(),
        narrowed: Vec::new(),
        in_annotation: false,
        in_string: false,
        order: 0,
        words: HashMap::new(),
    };
    binder.table.error = parsed.errors().first().map(|error| error.location.start().to_u32());
    binder.table.blocks.push(Block { parent: None, is_loop: false, leaves: false });
    let whole = Span { start: 0, end: crate::names::offset(text.len()) };
    binder.scope = binder.open(ScopeKind::Module, None, whole);
    for token in parsed.tokens().iter() {
        let kind = match token.kind() {
            TokenKind::Comment => TextKind::Comment,
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle => TextKind::String,
            _ => continue,
        };
        binder.table.texts.push((span(token.range()), kind));
    }
    if let Some(module) = parsed.syntax().as_module() {
        binder.statements(&module.body);
    }
    binder.type_comments();
    binder.finish()
}

/// A range of the parser's as one of ours.
pub(super) fn span(range: TextRange) -> Span {
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

impl Binder<'_> {
    pub(super) fn word(&mut self, word: &str) -> Name {
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let name: Name = Arc::from(word);
        self.words.insert(name.clone(), name.clone());
        name
    }

    pub(super) fn next_order(&mut self) -> u32 {
        self.order += 1;
        self.order
    }

    pub(super) fn now(&self) -> u32 {
        self.order
    }

    pub(super) fn open(&mut self, kind: ScopeKind, parent: Option<ScopeId>, span: Span) -> ScopeId {
        self.table.scopes.push(Scope { kind, parent, span, symbols: HashMap::new(), redirects: HashMap::new() });
        self.table.scopes.len() - 1
    }

    /// Does something in a scope, and comes back.
    pub(super) fn within<T>(&mut self, scope: ScopeId, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.scope, scope);
        let value = act(self);
        self.scope = before;
        value
    }

    /// Does something in a new block, and comes back.
    pub(super) fn in_block<T>(&mut self, is_loop: bool, act: impl FnOnce(&mut Self) -> T) -> (BlockId, T) {
        self.table.blocks.push(Block { parent: Some(self.block), is_loop, leaves: false });
        let block = self.table.blocks.len() - 1;
        let before = std::mem::replace(&mut self.block, block);
        let value = act(self);
        self.block = before;
        (block, value)
    }

    /// The variable that a name stands for when it is bound in a scope.
    pub(super) fn symbol(&mut self, scope: ScopeId, name: &Name) -> SymbolId {
        let owner = match self.table.scopes[scope].redirects.get(name) {
            Some(Redirect::Global) => 0,
            Some(Redirect::Nonlocal) => {
                if let Some(parent) = self.table.scopes[scope].parent
                    && let Some(symbol) = self.table.lookup(parent, name, None)
                {
                    return symbol;
                }
                scope
            }
            None => scope,
        };
        if let Some(symbol) = self.table.scopes[owner].symbols.get(name) {
            return *symbol;
        }
        self.table.symbols.push(Symbol { name: name.clone(), scope: owner, bindings: Vec::new() });
        let symbol = self.table.symbols.len() - 1;
        self.table.scopes[owner].symbols.insert(name.clone(), symbol);
        symbol
    }

    /// Binds a name in a scope; the name itself is not noted as a use.
    pub(super) fn bind_quietly(&mut self, scope: ScopeId, name: &Name, span: Span, kind: BindingKind) -> BindingId {
        let symbol = self.symbol(scope, name);
        let order = self.next_order();
        self.table.bindings.push(Binding { symbol, kind, span, order, block: self.block });
        let id = self.table.bindings.len() - 1;
        self.table.symbols[symbol].bindings.push(id);
        id
    }

    /// Binds a name where it is written.
    pub(super) fn bind_at(&mut self, name: &str, span: Span, role: Role, kind: BindingKind) -> SymbolId {
        let name = self.word(name);
        let scope = self.scope;
        let id = self.bind_quietly(scope, &name, span, kind);
        let symbol = self.table.bindings[id].symbol;
        self.note(name, span, role, Some(symbol));
        symbol
    }

    pub(super) fn bind_identifier(&mut self, identifier: &Identifier, role: Role, kind: BindingKind) -> SymbolId {
        self.bind_at(identifier.id.as_str(), span(identifier.range()), role, kind)
    }

    pub(super) fn note(&mut self, name: Name, span: Span, role: Role, symbol: Option<SymbolId>) -> UseId {
        let order = self.next_order();
        let (scope, block, in_string) = (self.scope, self.block, self.in_string);
        self.table.uses.push(NameUse { name, span, scope, role, order, block, in_string, symbol });
        self.table.uses.len() - 1
    }

    pub(super) fn make(&mut self, kind: Kind, range: Span) -> ExpressionId {
        let scope = self.scope;
        self.table.expressions.push(Expression { kind, span: range, scope });
        self.table.expressions.len() - 1
    }

    /// The words of a dotted name with where they stand: spaces and line continuations may be between them.
    pub(super) fn dotted(&mut self, range: Span) -> Vec<(Name, Span)> {
        let text = self.text;
        let Some(part) = text.get(range.start as usize..range.end as usize) else { return Vec::new() };
        let mut words = Vec::new();
        let mut start = None;
        for (at, letter) in part.char_indices().chain([(part.len(), ' ')]) {
            let is_word = letter.is_alphanumeric() || letter == '_';
            match (is_word, start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    let place = Span { start: range.start + crate::names::offset(from), end: range.start + crate::names::offset(at) };
                    let name = self.word(&part[from..at]);
                    words.push((name, place));
                    start = None;
                }
                _ => {}
            }
        }
        words
    }

    /// Resolves what could not be known before the whole file was read.
    fn finish(mut self) -> Table {
        let mut table = std::mem::take(&mut self.table);
        for id in 0..table.uses.len() {
            let using = &table.uses[id];
            if using.symbol.is_none() {
                // A string is read when everything is there.
                let order = (!using.in_string).then_some(using.order);
                table.uses[id].symbol = table.lookup(using.scope, &using.name, order);
            }
        }
        for pending in self.narrowed {
            if let Some(symbol) = table.uses[pending.subject].symbol {
                table.narrowings.push(Narrowing {
                    block: pending.block,
                    from: pending.from,
                    symbol,
                    path: pending.path,
                    class: pending.class,
                    holds: pending.holds,
                });
            }
        }
        note_instance_attributes(&mut table);
        note_spots(&mut table);
        table
    }

    pub(super) fn import_id(&self) -> ImportId {
        self.table.imports.len()
    }
}

/// `self.name = …` in a method makes an attribute of the class.
fn note_instance_attributes(table: &mut Table) {
    for id in 0..table.members.len() {
        let member = &table.members[id];
        if member.role == Role::Read || member.form != super::table::MemberForm::Attribute {
            continue;
        }
        let Kind::Name(using) = table.expressions[member.receiver].kind else { continue };
        let Some(symbol) = table.uses[using].symbol else { continue };
        let Some(BindingKind::Parameter(function, 0)) =
            table.symbols[symbol].bindings.first().map(|first| table.bindings[*first].kind.clone())
        else {
            continue;
        };
        let Some(class) = table.functions[function].class else { continue };
        if table.is_static(function) {
            continue;
        }
        let attribute = super::table::InstanceAttribute { member: id };
        let name = member.name.clone();
        table.classes[class].instance.entry(name).or_default().push(attribute);
    }
}

fn note_spots(table: &mut Table) {
    let mut spots: HashMap<Name, Vec<Spot>> = HashMap::new();
    let mut put = |name: &Name, spot: Spot| spots.entry(name.clone()).or_default().push(spot);
    for (id, using) in table.uses.iter().enumerate() {
        put(&using.name, Spot::Use(id));
    }
    for (id, member) in table.members.iter().enumerate() {
        put(&member.name, Spot::Member(id));
    }
    for (id, keyword) in table.keywords.iter().enumerate() {
        put(&keyword.name, Spot::Keyword(id));
    }
    for (id, mention) in table.mentions.iter().enumerate() {
        put(&mention.name, Spot::Mention(id));
    }
    for (id, import) in table.imports.iter().enumerate() {
        // The module of `from m import a, b` stands there once.
        if import.name.is_none() && !import.star || import.position.0 == 0 {
            for (part, (name, _)) in import.module.iter().enumerate() {
                put(name, Spot::Module(id, part));
            }
        }
        if let Some((name, _)) = &import.name {
            put(name, Spot::Imported(id));
        }
    }
    table.spots = spots;
}
