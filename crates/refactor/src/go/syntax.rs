//! A Go file's syntax tree as owned data: what tree-sitter found, without what only it can read.

use std::sync::{Arc, LazyLock};

use tree_sitter::{Language, Parser, TreeCursor};

use crate::names::offset;

/// Index of a node; 0 is the file, and stands for "none" among children and siblings.
pub(super) type NodeId = u32;

/// Deeper trees are not looked at: nobody writes them, and walks are recursive.
const DEEPEST: usize = 1_200;

/// The grammar with the names of its nodes and parts, which outlive every tree.
struct Grammar {
    language: Language,
    kinds: Vec<String>,
    fields: Vec<String>,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let language = Language::from(tree_sitter_go::LANGUAGE);
    let kinds = (0..language.node_kind_count())
        .map(|id| language.node_kind_for_id(u16::try_from(id).unwrap_or(u16::MAX)).unwrap_or_default().to_owned());
    let fields = (0..=language.field_count())
        .map(|id| language.field_name_for_id(u16::try_from(id).unwrap_or(u16::MAX)).unwrap_or_default().to_owned());
    let (kinds, fields) = (kinds.collect(), fields.collect());
    Grammar { language, kinds, fields }
});

/// One node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// As the grammar calls it.
    pub kind: &'static str,
    /// Its part in its parent; empty for none.
    pub field: &'static str,
    pub start: u32,
    pub end: u32,
    pub parent: NodeId,
    first: NodeId,
    next: NodeId,
}

/// A file's nodes in the order in which they begin, comments apart.
#[derive(Debug)]
pub(super) struct Tree {
    pub text: Arc<str>,
    nodes: Vec<Node>,
    /// First and last byte of every comment.
    pub comments: Vec<(u32, u32)>,
    /// Where it can't be read, if anywhere.
    pub broken: Option<u32>,
}

impl Tree {
    /// Reads a text. Never fails: what can't be read is [`Tree::broken`].
    pub fn new(text: Arc<str>) -> Self {
        let mut tree = Self { nodes: vec![node("source_file", "", 0, offset(text.len()), 0)], text, comments: Vec::new(), broken: None };
        let mut parser = Parser::new();
        let parsed = parser.set_language(&GRAMMAR.language).ok().and_then(|()| parser.parse(tree.text.as_bytes(), None));
        match parsed {
            Some(parsed) => tree.fill(&mut parsed.walk()),
            None => tree.broken = Some(0),
        }
        tree
    }

    /// Walks without recursion, since the text may nest as deep as it likes.
    fn fill(&mut self, cursor: &mut TreeCursor<'_>) {
        let mut above: Vec<(NodeId, NodeId)> = vec![(0, 0)];
        if cursor.node().is_error() {
            self.broken = Some(0);
        }
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let made = self.take(cursor, &mut above);
            if let Some(made) = made
                && above.len() < DEEPEST
                && cursor.goto_first_child()
            {
                above.push((made, 0));
                continue;
            }
            if above.len() >= DEEPEST {
                self.broken.get_or_insert(offset(cursor.node().start_byte()));
            }
            while !cursor.goto_next_sibling() {
                if above.len() <= 1 || !cursor.goto_parent() {
                    return;
                }
                above.pop();
            }
        }
    }

    /// Keeps the node under the cursor if it says anything.
    fn take(&mut self, cursor: &TreeCursor<'_>, above: &mut [(NodeId, NodeId)]) -> Option<NodeId> {
        let found = cursor.node();
        let (start, end) = (offset(found.start_byte()), offset(found.end_byte()));
        if found.is_error() || found.is_missing() {
            self.broken.get_or_insert(start);
        }
        if found.kind() == "comment" {
            self.comments.push((start, end));
            return None;
        }
        let field = cursor.field_id().and_then(|id| GRAMMAR.fields.get(usize::from(id.get()))).map_or("", String::as_str);
        let kind = GRAMMAR.kinds.get(usize::from(found.kind_id())).map_or("ERROR", String::as_str);
        if !found.is_named() && field != "operator" {
            return None;
        }
        let (parent, last) = above.last().copied().unwrap_or_default();
        let made = offset(self.nodes.len());
        self.nodes.push(node(kind, field, start, end, parent));
        match last {
            0 => self.nodes[parent as usize].first = made,
            last => self.nodes[last as usize].next = made,
        }
        if let Some(above) = above.last_mut() {
            above.1 = made;
        }
        Some(made)
    }

    /// The node of an id of this tree.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// What it is.
    pub fn kind(&self, id: NodeId) -> &'static str {
        self.node(id).kind
    }

    /// Its words.
    pub fn text_of(&self, id: NodeId) -> &str {
        let node = self.node(id);
        self.slice(node.start, node.end)
    }

    /// Some words; none where the range is none of the text.
    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Its parts.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = self.node(id).first;
        std::iter::from_fn(move || {
            let found = (at != 0).then_some(at)?;
            at = self.node(found).next;
            Some(found)
        })
    }

    /// Its parts that play a part.
    pub fn all<'a>(&'a self, id: NodeId, field: &'a str) -> impl Iterator<Item = NodeId> + 'a {
        self.children(id).filter(move |child| self.node(*child).field == field)
    }

    /// The first of them.
    pub fn child(&self, id: NodeId, field: &str) -> Option<NodeId> {
        self.children(id).find(|child| self.node(*child).field == field)
    }

    /// Every node, from the file on.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        0..offset(self.nodes.len())
    }

    /// What holds it, from the inside out.
    pub fn above(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            at = (at != 0).then(|| self.node(at).parent)?;
            Some(at)
        })
    }

    /// Whether `:=` stands between two nodes.
    pub fn declares(&self, left: NodeId, right: NodeId) -> bool {
        self.slice(self.node(left).end, self.node(right).start).contains(":=")
    }
}

fn node(kind: &'static str, field: &'static str, start: u32, end: u32, parent: NodeId) -> Node {
    Node { kind, field, start, end, parent, first: 0, next: 0 }
}
