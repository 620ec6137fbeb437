//! What a scope declares.

use super::*;

/// What is declared, and how.
pub(super) struct Declaration {
    pub meaning: Meaning,
    pub declared: Declared,
    pub is_exported: bool,
    pub is_hoisted: bool,
    pub is_parameter: bool,
}

impl Declaration {
    pub(super) fn new(meaning: Meaning, declared: Declared) -> Self {
        Self { meaning, declared, is_exported: false, is_hoisted: false, is_parameter: false }
    }

    pub(super) fn exported(self, is_exported: bool) -> Self {
        Self { is_exported, ..self }
    }
}

impl Lower<'_> {
    /// Declares a name in a scope; its spot is `span`.
    pub(super) fn declare(&mut self, scope: ScopeId, name: &str, span: Span, declaration: Declaration) -> SymbolId {
        let symbol = self.declare_without_spot(scope, name, declaration);
        let spot = self.spot(name, span, SpotKind::Declaration(symbol));
        self.tree.symbols[symbol].spots.push(spot);
        symbol
    }

    pub(super) fn declare_without_spot(&mut self, scope: ScopeId, name: &str, declaration: Declaration) -> SymbolId {
        let name = self.name(name);
        let present = self.tree.scopes[scope].names.get(&name).cloned().unwrap_or_default();
        if let Some(symbol) = present.iter().copied().find(|symbol| merges(&self.tree.symbols[*symbol], &declaration)) {
            let merged = &mut self.tree.symbols[symbol];
            merged.meaning = merged.meaning.with(declaration.meaning);
            merged.is_exported |= declaration.is_exported;
            merged.is_hoisted |= declaration.is_hoisted;
            merged.declared.push(declaration.declared);
            return symbol;
        }
        // A name that is declared twice against the rules: the first one is meant where it is used.
        let is_second = present.iter().any(|symbol| self.tree.symbols[*symbol].meaning.meets(declaration.meaning));
        let symbol = self.tree.symbols.push(Symbol {
            name: name.clone(),
            scope,
            meaning: declaration.meaning,
            declared: vec![declaration.declared],
            spots: Vec::new(),
            is_exported: declaration.is_exported,
            is_hoisted: declaration.is_hoisted,
            is_parameter: declaration.is_parameter,
        });
        if !is_second {
            self.tree.scopes[scope].names.entry(name).or_default().push(symbol);
        }
        symbol
    }

    /// Where `var` declares.
    pub(super) fn function_scope(&self) -> ScopeId {
        let mut at = self.scope;
        loop {
            let scope = &self.tree.scopes[at];
            if !matches!(scope.kind, ScopeKind::Block | ScopeKind::Type | ScopeKind::Class(_)) {
                return at;
            }
            let Some(parent) = scope.parent else { return at };
            at = parent;
        }
    }
}

/// Whether a second declaration is of the same thing.
fn merges(present: &Symbol, new: &Declaration) -> bool {
    let is_import = |declared: &Declared| {
        matches!(
            declared,
            Declared::Import { .. } | Declared::ImportAll { .. } | Declared::ImportRequire { .. } | Declared::ImportPath { .. }
        )
    };
    if is_import(&new.declared) || present.declared.iter().any(is_import) {
        return false;
    }
    if matches!(new.declared, Declared::TypeParameter { .. } | Declared::MappedKey(_)) {
        return false;
    }
    if present.is_hoisted && new.is_hoisted && present.meaning.value && new.meaning.value {
        return true;
    }
    let has = |wanted: fn(&Declared) -> bool| present.declared.iter().any(wanted);
    let both_exported = present.is_exported && new.is_exported;
    match &new.declared {
        Declared::Interface(_) => {
            has(|one| matches!(one, Declared::Interface(_) | Declared::Class(_) | Declared::Space(_))) || both_exported
        }
        Declared::Class(_) => has(|one| matches!(one, Declared::Interface(_) | Declared::Space(_))),
        Declared::Enum(_) => has(|one| matches!(one, Declared::Enum(_) | Declared::Space(_))),
        Declared::Space(_) => {
            has(|one| {
                matches!(one, Declared::Space(_) | Declared::Class(_) | Declared::Enum(_) | Declared::Function(_) | Declared::Interface(_))
            }) || both_exported
        }
        Declared::Function(_) => {
            has(|one| matches!(one, Declared::Space(_) | Declared::Function(_))) || both_exported && !present.meaning.value
        }
        Declared::Alias { .. } => both_exported && !present.meaning.kind,
        Declared::Pattern(_) => both_exported && !present.meaning.value,
        _ => false,
    }
}
