//! How much each definition matters to what is asked: personalised PageRank over who uses whom.

#[cfg(test)]
mod tests;

use crate::{Focus, ProjectIndex, SymbolId};

/// The share that follows arrows rather than begin anew at what was asked for.
const FOLLOWING: f64 = 0.85;
/// Rounds at most, and the change below which there are no more.
const ROUNDS: usize = 60;
const SETTLED: f64 = 1e-7;

/// What beginning anew prefers, compared with a definition that nothing speaks for.
const ASKED: f64 = 1000.0;
const IN_ASKED_FILE: f64 = 100.0;
const MENTIONED: f64 = 50.0;
/// What arrows count less: to private definitions of other files, to what is used everywhere, from tests.
const PRIVATE: f64 = 0.3;
const UBIQUITOUS: f64 = 0.1;
const FROM_TEST: f64 = 0.25;
/// Of a member to what it is a member of.
const MEMBERSHIP: f64 = 0.2;
/// Used by more definitions than this share of all, and than so many, it is ubiquitous.
const UBIQUITOUS_SHARE: f64 = 0.02;
const UBIQUITOUS_LEAST: usize = 30;

/// Arrows between numbered nodes.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Of each node: targets and weights above 0.
    arrows: Vec<Vec<(u32, f64)>>,
    /// Of each node: the sum of its weights.
    sums: Vec<f64>,
}

impl Graph {
    /// So many nodes without arrows.
    pub(crate) fn new(nodes: usize) -> Self {
        Self { arrows: vec![Vec::new(); nodes], sums: vec![0.0; nodes] }
    }

    /// An arrow more; what has no weight is none.
    pub(crate) fn add(&mut self, from: u32, to: u32, weight: f64) {
        if weight > 0.0 && weight.is_finite() {
            self.arrows[from as usize].push((to, weight));
            self.sums[from as usize] += weight;
        }
    }

    /// The share of each node, all together 1. Who follows arrows begins anew with `1 - following`, and where there are none, at a node by its
    /// part of `personal`, of which at least one is above 0.
    pub(crate) fn page_rank(&self, personal: &[f64], following: f64) -> Vec<f64> {
        let total: f64 = personal.iter().sum();
        if personal.is_empty() || total <= 0.0 {
            return vec![0.0; personal.len()];
        }
        let start: Vec<f64> = personal.iter().map(|part| part / total).collect();
        let mut shares = start.clone();
        for _ in 0..ROUNDS {
            let mut next = vec![0.0; shares.len()];
            let mut stuck = 0.0;
            for (at, share) in shares.iter().enumerate() {
                if self.sums[at] == 0.0 {
                    stuck += share;
                    continue;
                }
                for (to, weight) in &self.arrows[at] {
                    next[*to as usize] += share * weight / self.sums[at];
                }
            }
            let mut change = 0.0;
            for (at, next) in next.iter_mut().enumerate() {
                *next = following * (*next + stuck * start[at]) + (1.0 - following) * start[at];
                change += (*next - shares[at]).abs();
            }
            shares = next;
            if change < SETTLED {
                break;
            }
        }
        shares
    }
}

/// Who uses whom: a node for each definition, then one for each file, which stands for what it uses outside of all definitions.
pub(crate) fn of_index(index: &ProjectIndex) -> Graph {
    let (symbols, files) = (index.symbols(), index.files());
    let mut graph = Graph::new(symbols.len() + files.len());
    let many = ((symbols.len() as f64 * UBIQUITOUS_SHARE) as usize).max(UBIQUITOUS_LEAST);
    for (at, symbol) in symbols.iter().enumerate() {
        let users = index.users(SymbolId(node(at)));
        for user in users {
            let mut weight = f64::from(user.count).sqrt();
            if !symbol.public && user.file != symbol.file {
                weight *= PRIVATE;
            }
            if users.len() > many {
                weight *= UBIQUITOUS;
            }
            if user.from.map_or(index[user.file].is_test, |from| index[from].is_test) {
                weight *= FROM_TEST;
            }
            let from = user.from.map_or_else(|| node(symbols.len() + user.file.0 as usize), |from| from.0);
            graph.add(from, node(at), weight);
        }
        // A member leads to what it is a member of, weakly: so a type gains by what is done with it.
        if let Some(parent) = symbol.parent {
            graph.add(node(at), parent.0, MEMBERSHIP);
        }
    }
    graph
}

/// See [`ProjectIndex::rank`].
pub(crate) fn rank(index: &ProjectIndex, graph: &Graph, focus: &Focus) -> Vec<(SymbolId, f32)> {
    let (symbols, files) = (index.symbols(), index.files());
    let words: Vec<String> = focus.words.iter().flat_map(|word| parts_of(word)).collect();
    let mut personal: Vec<f64> = symbols
        .iter()
        .map(|symbol| {
            let in_file = if focus.files.contains(&symbol.file) { IN_ASKED_FILE } else { 0.0 };
            let is_mentioned = !words.is_empty() && parts_of(&symbol.name).any(|part| words.contains(&part));
            1.0 + in_file + if is_mentioned { MENTIONED } else { 0.0 }
        })
        .collect();
    personal.extend(
        files.iter().enumerate().map(|(at, _)| if focus.files.iter().any(|file| file.0 as usize == at) { IN_ASKED_FILE } else { 0.0 }),
    );
    for symbol in &focus.symbols {
        if let Some(part) = personal.get_mut(symbol.0 as usize) {
            *part += ASKED;
        }
    }
    let shares = graph.page_rank(&personal, FOLLOWING);
    let total: f64 = shares.iter().take(symbols.len()).sum();
    let share = |share: f64| if total > 0.0 { (share / total) as f32 } else { 0.0 };
    let mut ranked: Vec<(SymbolId, f32)> =
        shares.iter().take(symbols.len()).enumerate().map(|(at, of)| (SymbolId(node(at)), share(*of))).collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    ranked
}

/// The words a name is made of, in lower case: `parse_args`, `parseArgs` → `parse`, `args`.
pub(crate) fn parts_of(name: &str) -> impl Iterator<Item = String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars().take(200) {
        if !c.is_alphanumeric() {
            before = ' ';
            continue;
        }
        let begins = before == ' ' || (c.is_uppercase() && !before.is_uppercase());
        match parts.last_mut().filter(|_| !begins) {
            Some(part) => part.extend(c.to_lowercase()),
            None => parts.push(c.to_lowercase().collect()),
        }
        before = c;
    }
    parts.into_iter().filter(|part| part.len() > 2)
}

fn node(at: usize) -> u32 {
    u32::try_from(at).expect("a graph has fewer than 2³² nodes")
}
