//! Boxes in layers, the users above what they use, with few crossings.

use super::Draft;
use crate::{Diagram, DiagramEdge, DiagramNode};

/// Pixels.
const WIDTH: f32 = 720.0;
const MARGIN: f32 = 8.0;
const HEIGHT: f32 = 32.0;
const GAP: f32 = 20.0;
const RISE: f32 = 52.0;
const PADDING: f32 = 12.0;
/// Of a letter in a box.
const LETTER: f32 = 7.3;
/// Sweeps over the layers to find an order with few crossings.
const SWEEPS: usize = 12;

/// A place of its own for each box, and a way for each arrow.
pub(super) fn of(draft: Draft) -> Diagram {
    let widths: Vec<f32> =
        draft.nodes.iter().map(|node| (node.label.chars().count() as f32 * LETTER + 2.0 * PADDING).max(48.0).round()).collect();
    let edges: Vec<(usize, usize)> = draft.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let down = without_circles(draft.nodes.len(), &edges);
    let mut layers = layered(&widths, &down);
    order(&mut layers, &widths, &down);
    let placed = placed(&layers, &widths);
    let width = placed.iter().map(|place| place.x + place.width).fold(0.0_f32, f32::max) + MARGIN;
    let height = layers.len() as f32 * (HEIGHT + RISE) - if layers.is_empty() { 0.0 } else { RISE } + 2.0 * MARGIN;
    let ways = ways(&draft, &layers, &placed, width);
    let nodes = draft.nodes.into_iter().zip(&placed).map(|(node, place)| DiagramNode {
        label: node.label,
        x: place.x,
        y: place.y,
        width: place.width,
        height: HEIGHT,
        focus: node.focus,
        citation: node.citation,
    });
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let edges = draft.edges.iter().zip(ways).map(|(edge, points)| DiagramEdge {
        from: number(edge.from),
        to: number(edge.to),
        points,
        weight: edge.weight,
    });
    Diagram { caption: draft.caption, width: width.max(2.0 * MARGIN), height, edges: edges.collect(), nodes: nodes.collect() }
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    layer: usize,
    x: f32,
    y: f32,
    width: f32,
}

impl Place {
    fn middle(&self) -> f32 {
        self.x + self.width / 2.0
    }
}

/// The edges, those turned round that would close a circle.
fn without_circles(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // 0: not seen, 1: on the way here, 2: done.
    let mut seen = vec![0_u8; count];
    let mut turned = vec![false; edges.len()];
    let targets_of: Vec<Vec<usize>> = (0..count).map(|node| (0..edges.len()).filter(|edge| edges[*edge].0 == node).collect()).collect();
    for root in 0..count {
        if seen[root] != 0 {
            continue;
        }
        let mut way = vec![(root, 0)];
        seen[root] = 1;
        while let Some((node, next)) = way.last_mut() {
            let Some(edge) = targets_of[*node].get(*next).copied() else {
                seen[*node] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let target = edges[edge].1;
            match seen[target] {
                0 => {
                    seen[target] = 1;
                    way.push((target, 0));
                }
                1 => turned[edge] = true,
                _ => {}
            }
        }
    }
    edges.iter().zip(turned).map(|((from, to), turned)| if turned { (*to, *from) } else { (*from, *to) }).collect()
}

/// Each box beneath all that lead to it, in the first layer that has room.
fn layered(widths: &[f32], edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut waiting: Vec<usize> = widths.iter().enumerate().map(|(node, _)| edges.iter().filter(|edge| edge.1 == node).count()).collect();
    let mut least = vec![0_usize; widths.len()];
    let mut layers: Vec<(f32, Vec<usize>)> = Vec::new();
    let mut ready: Vec<usize> = (0..widths.len()).filter(|node| waiting[*node] == 0).collect();
    let mut at = 0;
    while at < ready.len() {
        let node = ready[at];
        at += 1;
        let mut layer = least[node];
        loop {
            if layers.len() <= layer {
                layers.push((2.0 * MARGIN - GAP, Vec::new()));
            }
            let (taken, nodes) = &mut layers[layer];
            if *taken + GAP + widths[node] <= WIDTH || nodes.is_empty() {
                *taken += GAP + widths[node];
                nodes.push(node);
                break;
            }
            layer += 1;
        }
        for (_, to) in edges.iter().filter(|edge| edge.0 == node) {
            least[*to] = least[*to].max(layer + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    // A box that nothing leads to stands right above the first it leads to, where there is room.
    for node in (0..widths.len()).filter(|node| !edges.iter().any(|edge| edge.1 == *node)) {
        let Some(from) = layers.iter().position(|(_, nodes)| nodes.contains(&node)) else { continue };
        let first = edges
            .iter()
            .filter(|edge| edge.0 == node)
            .filter_map(|edge| layers.iter().position(|(_, nodes)| nodes.contains(&edge.1)))
            .min();
        let Some(wanted) = first.and_then(|first| first.checked_sub(1)).filter(|wanted| *wanted > from) else { continue };
        if layers[wanted].0 + GAP + widths[node] <= WIDTH {
            layers[wanted].0 += GAP + widths[node];
            layers[wanted].1.push(node);
            layers[from].0 -= GAP + widths[node];
            layers[from].1.retain(|other| *other != node);
        }
    }
    layers.into_iter().map(|(_, nodes)| nodes).filter(|nodes| !nodes.is_empty()).collect()
}

/// Puts each box near the middle of those it is joined with, and keeps the order with the fewest crossings.
fn order(layers: &mut [Vec<usize>], widths: &[f32], edges: &[(usize, usize)]) {
    let mut best = (crossings(&placed(layers, widths), edges), layers.to_vec());
    for sweep in 0..SWEEPS {
        let count = layers.len();
        for step in 0..count {
            let layer = if sweep % 2 == 0 { step } else { count - 1 - step };
            let places = placed(layers, widths);
            let middle = |node: &usize| {
                let joined = edges.iter().filter_map(|(from, to)| match () {
                    () if from == node => Some(places[*to]),
                    () if to == node => Some(places[*from]),
                    () => None,
                });
                // Down the page those above count, up the page those below.
                let wanted: Vec<f32> =
                    joined.filter(|place| (place.layer < layer) == (sweep % 2 == 0)).map(|place| place.middle()).collect();
                if wanted.is_empty() { places[*node].middle() } else { wanted.iter().sum::<f32>() / wanted.len() as f32 }
            };
            let mut keyed: Vec<(f32, usize)> = layers[layer].iter().map(|node| (middle(node), *node)).collect();
            keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
            layers[layer] = keyed.into_iter().map(|(_, node)| node).collect();
        }
        let found = crossings(&placed(layers, widths), edges);
        if found < best.0 {
            best = (found, layers.to_vec());
        }
    }
    layers.clone_from_slice(&best.1);
}

/// Pairs of straight arrows that cross.
fn crossings(places: &[Place], edges: &[(usize, usize)]) -> usize {
    let crosses = |one: &(usize, usize), other: &(usize, usize)| {
        let (a, b, c, d) = (places[one.0], places[one.1], places[other.0], places[other.1]);
        let (top, bottom) = (a.layer.max(c.layer), b.layer.min(d.layer));
        if top >= bottom {
            return false;
        }
        let at = |from: Place, to: Place, layer: usize| {
            let part = (layer - from.layer) as f32 / (to.layer - from.layer) as f32;
            from.middle() + (to.middle() - from.middle()) * part
        };
        let above = at(a, b, top) - at(c, d, top);
        let below = at(a, b, bottom) - at(c, d, bottom);
        above * below < 0.0
    };
    edges.iter().enumerate().map(|(at, one)| edges[at + 1..].iter().filter(|other| crosses(one, other)).count()).sum()
}

/// Layers one beneath the other, each in the middle.
fn placed(layers: &[Vec<usize>], widths: &[f32]) -> Vec<Place> {
    let length = |layer: &Vec<usize>| layer.iter().map(|node| widths[*node] + GAP).sum::<f32>() - GAP;
    let widest = layers.iter().map(length).fold(0.0_f32, f32::max);
    let mut places = vec![Place::default(); widths.len()];
    for (at, layer) in layers.iter().enumerate() {
        let mut x = (MARGIN + (widest - length(layer)) / 2.0).round();
        for node in layer {
            places[*node] = Place { layer: at, x, y: MARGIN + at as f32 * (HEIGHT + RISE), width: widths[*node] };
            x += widths[*node] + GAP;
        }
    }
    places
}

/// The way of each arrow: from box to box, past the boxes in between through the gaps beside them.
fn ways(draft: &Draft, layers: &[Vec<usize>], places: &[Place], width: f32) -> Vec<Vec<f32>> {
    // Arrows leave and reach a box side by side, in the order of their other ends.
    let port = |node: usize, other: usize, is_top: bool| {
        let beside = |edge: &&super::DraftEdge| edge.from == node || edge.to == node;
        let mut others: Vec<usize> = draft
            .edges
            .iter()
            .filter(beside)
            .map(|edge| if edge.from == node { edge.to } else { edge.from })
            .filter(|other| (places[*other].layer < places[node].layer) == is_top)
            .collect();
        others.sort_by(|one, other| places[*one].middle().total_cmp(&places[*other].middle()).then(one.cmp(other)));
        others.dedup();
        let at = others.iter().position(|found| *found == other).unwrap_or(0) as f32 + 1.0;
        let room = places[node].width - 2.0 * PADDING.min(places[node].width / 4.0);
        places[node].x + (places[node].width - room) / 2.0 + room * at / (others.len() as f32 + 1.0)
    };
    let way = |edge: &super::DraftEdge| {
        let (above, below) = if places[edge.from].layer < places[edge.to].layer { (edge.from, edge.to) } else { (edge.to, edge.from) };
        let start = (port(above, below, false), places[above].y + HEIGHT);
        let end = (port(below, above, true), places[below].y);
        let mut points = vec![start];
        let between = places[above].layer + 1..places[below].layer;
        for (layer, rows) in layers.iter().enumerate().take(between.end).skip(between.start) {
            let top = MARGIN + layer as f32 * (HEIGHT + RISE);
            let straight = start.0 + (end.0 - start.0) * (top - start.1) / (end.1 - start.1).max(1.0);
            let x = gap_near(straight, rows, places, width);
            points.push((x, top - 6.0));
            points.push((x, top + HEIGHT + 6.0));
        }
        points.push(end);
        if above != edge.from {
            points.reverse();
        }
        points.into_iter().flat_map(|(x, y)| [(x * 2.0).round() / 2.0, y]).collect()
    };
    draft.edges.iter().map(way).collect()
}

/// The nearest place beside the boxes of a layer.
fn gap_near(x: f32, layer: &[usize], places: &[Place], width: f32) -> f32 {
    let half = GAP / 2.0;
    let edge = MARGIN / 2.0;
    let is_free = |x: f32| layer.iter().all(|node| x < places[*node].x - 2.0 || x > places[*node].x + places[*node].width + 2.0);
    if is_free(x) {
        return x;
    }
    let beside = layer.iter().flat_map(|node| [places[*node].x - half, places[*node].x + places[*node].width + half]);
    let within = beside.map(|x| x.clamp(edge, (width - edge).max(edge))).filter(|x| is_free(*x));
    within.min_by(|one, other| (one - x).abs().total_cmp(&(other - x).abs())).unwrap_or(x)
}
