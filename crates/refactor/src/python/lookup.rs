//! What a name means within its file, and which of its bindings a place may see.

use super::table::{BindingId, BlockId, ClassId, Redirect, ScopeId, ScopeKind, Span, Spot, SymbolId, Table};

impl Table {
    /// The bytes of a spot's name.
    pub(crate) fn span(&self, spot: Spot) -> Span {
        match spot {
            Spot::Use(id) => self.uses[id].span,
            Spot::Member(id) => self.members[id].span,
            Spot::Keyword(id) => self.keywords[id].span,
            Spot::Mention(id) => self.mentions[id].span,
            Spot::Module(id, part) => self.imports[id].module[part].1,
            Spot::Imported(id) => self.imports[id].name.as_ref().map(|(_, span)| *span).unwrap_or_default(),
        }
    }

    /// All places of a name.
    pub(crate) fn spots(&self, name: &str) -> &[Spot] {
        self.spots.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The module's own variable of a name.
    pub(crate) fn global(&self, name: &str) -> Option<SymbolId> {
        self.scopes.first()?.symbols.get(name).copied()
    }

    /// The class whose body a scope is.
    pub(crate) fn class_of(&self, scope: ScopeId) -> Option<ClassId> {
        match self.scopes[scope].kind {
            ScopeKind::Class(id) => Some(id),
            _ => None,
        }
    }

    /// What a name means that is read in a scope: the innermost binding by Python's rules. `order` is when it is read, where that matters (in the
    /// body of a class a name is the outer one until it is bound).
    pub(crate) fn lookup(&self, scope: ScopeId, name: &str, order: Option<u32>) -> Option<SymbolId> {
        let mut current = Some(scope);
        let mut own = true;
        while let Some(id) = current {
            let scope = &self.scopes[id];
            match scope.redirects.get(name) {
                Some(Redirect::Global) => return self.global(name),
                Some(Redirect::Nonlocal) => {}
                None => {
                    let is_class = matches!(scope.kind, ScopeKind::Class(_));
                    if let Some(symbol) = scope.symbols.get(name).copied()
                        && (!is_class || own && !order.is_some_and(|order| self.is_bound_later(symbol, order)))
                    {
                        return Some(symbol);
                    }
                }
            }
            own = own && scope.kind == ScopeKind::TypeParameters;
            current = scope.parent;
        }
        None
    }

    fn is_bound_later(&self, symbol: SymbolId, order: u32) -> bool {
        self.symbols[symbol].bindings.iter().all(|binding| self.bindings[*binding].order > order)
    }

    /// Whether `inner` is `outer` or within it.
    pub(crate) fn is_within(&self, inner: BlockId, outer: BlockId) -> bool {
        let mut current = Some(inner);
        while let Some(id) = current {
            if id == outer {
                return true;
            }
            current = self.blocks[id].parent;
        }
        false
    }

    /// The bindings of a variable that a place may see: those before it that no later one surely replaced, and those of a loop around both.
    pub(crate) fn reaching(&self, symbol: SymbolId, scope: ScopeId, block: BlockId, order: u32) -> Vec<BindingId> {
        let all = &self.symbols[symbol].bindings;
        if all.len() <= 1 || self.symbols[symbol].scope != scope {
            return all.clone();
        }
        let before = |id: &&BindingId| self.bindings[**id].order < order;
        let sure = all
            .iter()
            .filter(before)
            .filter(|id| self.is_within(block, self.bindings[**id].block))
            .max_by_key(|id| self.bindings[**id].order);
        let since = sure.map_or(0, |id| self.bindings[*id].order);
        let reaches = |id: &&BindingId| {
            let binding = &self.bindings[**id];
            if binding.order < order {
                return binding.order >= since && (Some(*id) == sure || !self.blocks[binding.block].leaves);
            }
            self.loop_around(block, binding.block, sure.map(|id| self.bindings[*id].block))
        };
        let found: Vec<_> = all.iter().filter(reaches).copied().collect();
        if found.is_empty() { all.clone() } else { found }
    }

    /// Whether a loop holds both blocks, and not only because the sure binding is in it too.
    fn loop_around(&self, block: BlockId, other: BlockId, sure: Option<BlockId>) -> bool {
        let mut current = Some(block);
        while let Some(id) = current {
            if self.blocks[id].is_loop && self.is_within(other, id) && !sure.is_some_and(|sure| self.is_within(sure, id)) {
                return true;
            }
            current = self.blocks[id].parent;
        }
        false
    }
}
