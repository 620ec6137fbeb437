//! Elements in code: JSX.

use crate::support::{broken, check};
use lectern_refactor::ConflictKind;

#[test]
fn attributes_are_what_a_component_takes() {
    check(
        "
//- card.tsx
export interface Props { title$0: string }
export function Card({ title }: Props) { return <h1 title={title}>{title}</h1>; }
//- page.tsx
import { Card } from './card';
export const page = <Card title=\"x\" />;
",
        "
//- card.tsx
export interface Props { fresh: string }
export function Card({ fresh: title }: Props) { return <h1 title={title}>{title}</h1>; }
//- page.tsx
import { Card } from './card';
export const page = <Card fresh=\"x\" />;
",
    );
}

#[test]
fn both_tags_of_a_component_are_renamed() {
    let found = crate::support::case("//- a.tsx\nfunction Card$0() { return <p></p>; }\nconst all = <Card><Card /></Card>;\n");
    let found = crate::support::proposal(&found, "Fresh").expect("a proposal");
    assert_eq!((found.edits.len(), found.breaking()), (4, None));
}

#[test]
fn a_component_whose_name_begins_small_breaks() {
    assert_eq!(broken("//- a.tsx\nfunction Card$0() { return 1; }\nconst all = <Card />;\n", "card"), [(ConflictKind::ReservedWord, 2)]);
}
