//! Shares of small graphs: known answers, a straightforward computation beside it, and what must always hold.

use proptest::prelude::*;

use super::{Graph, parts_of};

/// Power iteration over the whole matrix, as textbooks have it.
fn by_matrix(arrows: &[(u32, u32, f64)], personal: &[f64], following: f64) -> Vec<f64> {
    let count = personal.len();
    let total: f64 = personal.iter().sum();
    let start: Vec<f64> = personal.iter().map(|part| part / total).collect();
    let mut matrix = vec![vec![0.0; count]; count];
    for (from, to, weight) in arrows {
        matrix[*to as usize][*from as usize] += weight;
    }
    for from in 0..count {
        let sum: f64 = matrix.iter().map(|row| row[from]).sum();
        for (row, start) in matrix.iter_mut().zip(&start) {
            let share = if sum == 0.0 { *start } else { row[from] / sum };
            row[from] = following * share + (1.0 - following) * start;
        }
    }
    let mut shares = start;
    for _ in 0..500 {
        shares = (0..count).map(|to| (0..count).map(|from| matrix[to][from] * shares[from]).sum()).collect();
    }
    shares
}

fn graph(nodes: usize, arrows: &[(u32, u32, f64)]) -> Graph {
    let mut graph = Graph::new(nodes);
    for (from, to, weight) in arrows {
        graph.add(*from, *to, *weight);
    }
    graph
}

#[test]
fn a_ring_shares_evenly_and_a_star_favours_its_middle() {
    let ring = graph(4, &[(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0)]);
    for share in ring.page_rank(&[1.0; 4], 0.85) {
        assert!((share - 0.25).abs() < 1e-6, "{share}");
    }
    // Each point gives all it has to the middle m, which gives it back by the start: p = 0.15/4 + 0.85·m/4, m = p + 0.85·3·p.
    let star = graph(4, &[(1, 0, 1.0), (2, 0, 1.0), (3, 0, 1.0)]).page_rank(&[1.0; 4], 0.85);
    let point = 1.0 / (3.0 + 3.55);
    assert!((star[1] - point).abs() < 1e-6 && (star[0] - 3.55 * point).abs() < 1e-6, "{star:?}");
}

#[test]
fn nothing_at_all_has_no_shares() {
    assert!(graph(0, &[]).page_rank(&[], 0.85).is_empty());
    assert_eq!(graph(2, &[]).page_rank(&[0.0, 0.0], 0.85), [0.0, 0.0]);
}

#[test]
fn names_are_taken_apart_into_words() {
    let parts = |name: &str| parts_of(name).collect::<Vec<_>>();
    assert_eq!(parts("parse_args"), ["parse", "args"]);
    assert_eq!(parts("parseHTTPArgs"), ["parse", "httpargs"]);
    assert_eq!(parts("ID"), Vec::<String>::new());
}

prop_compose! {
    fn any_graph()(nodes in 1_usize..12)
        (arrows in prop::collection::vec((0..nodes as u32, 0..nodes as u32, 0.1_f64..4.0), 0..40),
         personal in prop::collection::vec(0.1_f64..5.0, nodes)) -> (Vec<(u32, u32, f64)>, Vec<f64>) {
        (arrows, personal)
    }
}

proptest! {
    #[test]
    fn it_is_what_the_matrix_gives((arrows, personal) in any_graph()) {
        let shares = graph(personal.len(), &arrows).page_rank(&personal, 0.85);
        let expected = by_matrix(&arrows, &personal, 0.85);
        for (share, expected) in shares.iter().zip(&expected) {
            prop_assert!((share - expected).abs() < 1e-4, "{shares:?} is not {expected:?}");
        }
        prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn asking_for_a_node_raises_it((arrows, personal) in any_graph(), chosen in 0_usize..12, more in 0.5_f64..20.0) {
        let chosen = chosen % personal.len();
        let graph = graph(personal.len(), &arrows);
        let before = graph.page_rank(&personal, 0.85);
        let mut asked = personal.clone();
        asked[chosen] += more;
        let after = graph.page_rank(&asked, 0.85);
        prop_assert!(after[chosen] >= before[chosen] - 1e-6, "{} fell to {}", before[chosen], after[chosen]);
    }
}
