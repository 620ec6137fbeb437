//! Diagrams fit, nothing overlaps, and the same draft looks the same.

use proptest::prelude::*;

use super::{DiagramColours, Draft, MOST_NODES, to_svg};
use crate::{Diagram, DiagramNode};

fn laid_out(labels: &[String], edges: &[(u32, u32, u32)]) -> Diagram {
    let mut draft = Draft::new("a uses b.".to_owned());
    for label in labels {
        draft.node(label, None);
    }
    for (from, to, weight) in edges {
        draft.edge(*from, *to, *weight);
    }
    draft.lay_out()
}

fn overlap(one: &DiagramNode, other: &DiagramNode) -> bool {
    one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height
}

#[test]
fn users_stand_above_what_they_use_even_in_a_circle() {
    let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
    let chain = laid_out(&names, &[(0, 1, 1), (1, 2, 1), (0, 2, 1)]);
    assert!(chain.nodes[0].y < chain.nodes[1].y && chain.nodes[1].y < chain.nodes[2].y);
    let circle = laid_out(&names, &[(0, 1, 1), (1, 2, 1), (2, 0, 1)]);
    assert!(circle.nodes[0].y < circle.nodes[1].y && circle.nodes[1].y < circle.nodes[2].y);
    let back = &circle.edges[2];
    assert_eq!((back.from, back.to), (2, 0), "an arrow keeps its direction");
    assert!(back.points[1] > back.points[back.points.len() - 1], "and leads up here");
}

#[test]
fn crossings_are_undone_where_an_order_without_them_exists() {
    let names: Vec<String> = (0..6).map(|n| format!("node{n}")).collect();
    // Given so that the order of the boxes crosses all three.
    let diagram = laid_out(&names, &[(0, 5, 1), (1, 4, 1), (2, 3, 1)]);
    let x = |at: usize| diagram.nodes[at].x;
    let before = [x(0) < x(1), x(1) < x(2)];
    assert_eq!(before, [x(5) < x(4), x(4) < x(3)], "{diagram:?}");
}

#[test]
fn what_finds_no_room_is_one_box() {
    let mut draft = Draft::new(String::new());
    let middle = draft.focus(&"long/".repeat(20), None);
    draft.more(12, Some(middle), None);
    draft.more(0, Some(middle), None);
    let diagram = draft.lay_out();
    let labels: Vec<&str> = diagram.nodes.iter().map(|node| node.label.as_str()).collect();
    assert_eq!(labels, ["…g/long/long/long/long/long/", "+12 more"]);
    assert!(diagram.nodes[0].focus);
}

#[test]
fn a_picture_holds_labels_as_text_alone() {
    let svg = to_svg(&laid_out(&["<script>".to_owned(), "\"&'".to_owned()], &[(0, 1, 3)]), &DiagramColours::default());
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;") && svg.contains("&quot;&amp;&#39;"), "{svg}");
    assert_eq!(svg.matches("<polyline").count(), 1);
    let empty = to_svg(&laid_out(&[], &[]), &DiagramColours::default());
    assert!(empty.starts_with("<svg ") && empty.ends_with("</svg>\n"));
}

proptest! {
    #[test]
    fn boxes_never_overlap_and_fit_the_page(
        labels in prop::collection::vec("[a-z/]{0,40}", 0..MOST_NODES),
        edges in prop::collection::vec((0_u32..24, 0_u32..24, 1_u32..500), 0..120),
    ) {
        let diagram = laid_out(&labels, &edges);
        prop_assert_eq!(diagram.nodes.len(), labels.len());
        prop_assert!(diagram.width <= 720.0, "{} pixels wide", diagram.width);
        for (at, one) in diagram.nodes.iter().enumerate() {
            prop_assert!(one.label.chars().count() <= 28);
            prop_assert!(one.x >= 0.0 && one.y >= 0.0 && one.x + one.width <= diagram.width && one.y + one.height <= diagram.height);
            for other in &diagram.nodes[at + 1..] {
                prop_assert!(!overlap(one, other), "{one:?} and {other:?}");
            }
        }
        for edge in &diagram.edges {
            prop_assert!(edge.points.len() >= 4 && edge.points.len() % 2 == 0);
            let (from, to) = (&diagram.nodes[edge.from as usize], &diagram.nodes[edge.to as usize]);
            let last = edge.points.len() - 2;
            let touches = |node: &DiagramNode, x: f32, y: f32| x >= node.x && x <= node.x + node.width && (y == node.y || y == node.y + node.height);
            prop_assert!(touches(from, edge.points[0], edge.points[1]) && touches(to, edge.points[last], edge.points[last + 1]));
            prop_assert!(edge.points.chunks(2).all(|point| point[0] >= 0.0 && point[0] <= diagram.width));
        }
        prop_assert_eq!(&laid_out(&labels, &edges), &diagram, "the same draft looks the same");
    }
}
