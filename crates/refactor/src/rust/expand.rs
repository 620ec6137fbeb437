//! Expanded macros: what a call becomes, and where each token of that is written.

use std::rc::Rc;

use lectern_objects::ObjectHash;
use ra_ap_syntax::{
    AstNode, Edition, SyntaxKind, SyntaxNode, TextRange, TextSize,
    ast::{self, HasName},
};

pub(super) use super::tokens::Place;
use super::{
    known, matcher,
    path::is_container,
    scope::{Entity, Space},
    source::parsed,
    tokens::{Tree, Written, inner},
    wellknown,
    world::{World, plain},
};

/// What a macro's call stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Items,
    Block,
    Pattern,
    Type,
}

/// What became of a macro call.
pub(super) struct Expansion {
    pub(super) id: u32,
    pub(super) call: SyntaxNode,
    /// The `macro_rules!`, where one of the project made it.
    pub(super) definition: Option<SyntaxNode>,
    pub(super) root: SyntaxNode,
    pub(super) map: Vec<(TextRange, Place)>,
    pub(super) mode: Mode,
    /// The macro's rules are known; otherwise its arguments are taken for what they look like.
    pub(super) sure: bool,
    pub(super) name: String,
    /// Tells this call from every other, from one question to the next.
    pub(super) key: String,
}

/// The name of the function or type that holds what is no item by itself.
pub(super) const WRAPPER: &str = "__wrapper__";

impl Expansion {
    /// Where a place of the expansion's text is written, and how far into that token it is.
    pub(super) fn origin_of(&self, at: TextSize) -> Option<(Place, TextSize)> {
        let index = self.map.partition_point(|(range, _)| range.end() <= at);
        let (range, place) = self.map.get(index)?;
        range.contains(at).then(|| (place.clone(), at - range.start()))
    }

    /// The places of the expansion that a place of the call's tree became.
    pub(super) fn descended(&self, at: TextSize) -> Vec<TextSize> {
        let here = self.map.iter().filter_map(|(range, place)| match place {
            Place::Call(start) if *start <= at && at < *start + range.len() => Some(range.start() + (at - *start)),
            _ => None,
        });
        here.collect()
    }

    /// The list of statements that it is.
    pub(super) fn statements(&self) -> Option<SyntaxNode> {
        if self.mode != Mode::Block {
            return None;
        }
        let wrapper = self.root.children().find_map(ast::Fn::cast)?;
        Some(wrapper.body()?.stmt_list()?.syntax().clone())
    }

    /// The expression whose value it has.
    pub(super) fn tail(&self) -> Option<ast::Expr> {
        ast::StmtList::cast(self.statements()?)?.tail_expr()
    }
}

/// Whether a node only holds an expansion together.
pub(super) fn is_wrapper(node: &SyntaxNode) -> bool {
    node.kind() == SyntaxKind::FN && ast::Fn::cast(node.clone()).and_then(|item| item.name()).is_some_and(|name| name.text() == WRAPPER)
}

impl World<'_> {
    /// What a macro call becomes.
    pub(super) fn expansion(&self, call: &SyntaxNode) -> Option<Rc<Expansion>> {
        if let Some(known) = self.expansions.borrow().get(call) {
            return known.clone();
        }
        // Its scope expands it, too, and must not find this half done.
        if let Some(container) = self.ancestors(call).find(is_container) {
            self.scope(&container);
        }
        if let Some(known) = self.expansions.borrow().get(call) {
            return known.clone();
        }
        self.expansions.borrow_mut().insert(call.clone(), None);
        let mut levels = 0;
        let mut at = call.clone();
        while let Some(outer) = self.expansion_of(&at) {
            levels += 1;
            at = outer.call.clone();
        }
        if levels > 24 {
            return None;
        }
        let made = self.deeper(|| self.expand(call)).map(Rc::new);
        if let Some(expansion) = &made {
            self.adopt(expansion);
        }
        self.expansions.borrow_mut().insert(call.clone(), made.clone());
        made
    }

    /// The `macro_rules!` or `macro` that a call means.
    pub(super) fn called_macro(&self, call: &ast::MacroCall) -> Option<SyntaxNode> {
        let path = call.path()?;
        let hit = if path.qualifier().is_none() {
            let name = path.segment()?.name_ref()?;
            self.resolve_item_name(call.syntax(), plain(name.text()), Space::Macros)
        } else {
            self.resolve_path(&path, Space::Macros)
        };
        match hit?.entity {
            Entity::Item(node) if matches!(node.kind(), SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF) => Some(node),
            _ => None,
        }
    }

    fn expand(&self, node: &SyntaxNode) -> Option<Expansion> {
        let call = ast::MacroCall::cast(node.clone())?;
        let name = plain(call.path()?.segment()?.name_ref()?.text()).to_owned();
        let arguments = inner(&call.token_tree()?, &Place::Call);
        let mode = mode_of(node);
        if let Some(definition) = self.called_macro(&call) {
            let trees = rules_of(&definition, &arguments)?;
            return self.parse_expansion(node, Some(definition), name, mode, true, |written| written.trees(&trees));
        }
        let is_known = known::is_known_macro(&name);
        let candidates = wellknown::candidates(&name, &arguments, mode);
        candidates
            .into_iter()
            .find_map(|made| self.parse_expansion(node, None, name.clone(), mode, is_known, |written| written.trees(&made)))
    }

    fn parse_expansion(
        &self,
        call: &SyntaxNode,
        definition: Option<SyntaxNode>,
        name: String,
        mode: Mode,
        sure: bool,
        write: impl FnOnce(&mut Written),
    ) -> Option<Expansion> {
        let mut written = Written::default();
        let (before, after) = match mode {
            Mode::Items => ("", ""),
            Mode::Block => ("fn __wrapper__() {", " }"),
            Mode::Pattern => ("fn __wrapper__() { let (", ") = (); }"),
            Mode::Type => ("type __wrapper__ =", ";"),
        };
        written.raw(before);
        write(&mut written);
        written.raw(after);
        let edition = self.file_of(call).map_or(Edition::Edition2024, |file| self.edition(file));
        let key = match self.expansion_of(call) {
            Some(outer) => format!("{}:{}", outer.key, u32::from(call.text_range().start())),
            None => {
                let path = self.file_of(call).map(|file| self.file(file).path.clone());
                format!("{}!{}", path.unwrap_or_default(), u32::from(call.text_range().start()))
            }
        };
        // A tree is kept for this call alone: what is known of a tree goes by its root.
        let object = ObjectHash::of(written.text.as_bytes());
        let parse = self.project.memo().get(&format!("{key}{mode:?}"), object, || parsed(&written.text, edition));
        let parse = (*parse).as_ref()?;
        if definition.is_none() && parse.broken {
            return None;
        }
        let id = u32::try_from(self.expansions.borrow().len()).unwrap_or(u32::MAX).max(1);
        Some(Expansion {
            id,
            call: call.clone(),
            definition,
            root: SyntaxNode::new_root(parse.tree.clone()),
            map: written.map,
            mode,
            sure,
            name,
            key,
        })
    }
}

fn mode_of(call: &SyntaxNode) -> Mode {
    match call.parent().map(|parent| parent.kind()) {
        Some(SyntaxKind::MACRO_PAT) => Mode::Pattern,
        Some(SyntaxKind::MACRO_TYPE) => Mode::Type,
        Some(SyntaxKind::MACRO_EXPR | SyntaxKind::STMT_LIST | SyntaxKind::EXPR_STMT) => Mode::Block,
        _ => Mode::Items,
    }
}

/// What the rules of a macro make of a call.
fn rules_of(definition: &SyntaxNode, arguments: &[Tree]) -> Option<Vec<Tree>> {
    let place = |at: TextSize| Place::Definition(definition.clone(), at);
    if let Some(rules) = ast::MacroRules::cast(definition.clone()) {
        return matcher::expand(&inner(&rules.token_tree()?, &place), arguments);
    }
    let single = ast::MacroDef::cast(definition.clone())?;
    let body = inner(&single.body()?, &place);
    match single.args() {
        Some(pattern) => matcher::expand_rule(&inner(&pattern, &place), &body, arguments),
        None => matcher::expand(&body, arguments),
    }
}
