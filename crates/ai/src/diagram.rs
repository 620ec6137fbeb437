//! Boxes and arrows: what a page shows of who needs whom.

mod layout;
mod svg;

#[cfg(test)]
mod tests;

pub use svg::{DiagramColours, to_svg};

use crate::Diagram;

/// A diagram has no more boxes, the one for the rest included.
pub(crate) const MOST_NODES: usize = 24;
/// Arrows; of more the strongest.
const MOST_EDGES: usize = 72;
/// Characters in a box.
const LONGEST_LABEL: usize = 28;

/// A diagram before it is laid out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    caption: String,
    nodes: Vec<DraftNode>,
    edges: Vec<DraftEdge>,
}

#[derive(Debug, Clone)]
struct DraftNode {
    label: String,
    focus: bool,
    citation: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
struct DraftEdge {
    from: usize,
    to: usize,
    weight: u32,
}

impl Draft {
    pub(crate) fn new(caption: String) -> Self {
        Self { caption, ..Self::default() }
    }

    /// A box; its number.
    pub(crate) fn node(&mut self, label: &str, citation: Option<u32>) -> u32 {
        self.nodes.push(DraftNode { label: shortened(label), focus: false, citation });
        u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    /// The box of what the page is about.
    pub(crate) fn focus(&mut self, label: &str, citation: Option<u32>) -> u32 {
        let node = self.node(label, citation);
        self.nodes[node as usize].focus = true;
        node
    }

    /// An arrow between boxes. Several between the same are one; none leads from a box to itself.
    pub(crate) fn edge(&mut self, from: u32, to: u32, weight: u32) {
        let (from, to) = (from as usize, to as usize);
        if from == to || from.max(to) >= self.nodes.len() {
            return;
        }
        match self.edges.iter_mut().find(|edge| (edge.from, edge.to) == (from, to)) {
            Some(edge) => edge.weight = edge.weight.saturating_add(weight),
            None => self.edges.push(DraftEdge { from, to, weight }),
        }
    }

    /// A box for so many more that have none, if any.
    pub(crate) fn more(&mut self, count: usize, from: Option<u32>, to: Option<u32>) {
        if count == 0 {
            return;
        }
        let node = self.node(&format!("+{count} more"), None);
        if let Some(from) = from {
            self.edge(from, node, 1);
        }
        if let Some(to) = to {
            self.edge(node, to, 1);
        }
    }

    /// Places boxes and arrows. Same draft, same diagram.
    pub(crate) fn lay_out(mut self) -> Diagram {
        self.edges.sort_by_key(|edge| (std::cmp::Reverse(edge.weight), edge.from, edge.to));
        self.edges.truncate(MOST_EDGES);
        self.edges.sort_by_key(|edge| (edge.from, edge.to));
        layout::of(self)
    }
}

/// A label with its beginning left out where it is too long: the end of a path or a name says more.
fn shortened(label: &str) -> String {
    let count = label.chars().count();
    if count <= LONGEST_LABEL {
        return label.to_owned();
    }
    let skipped: String = label.chars().skip(count - (LONGEST_LABEL - 1)).collect();
    format!("…{skipped}")
}
