//! Texts that are cut, garbled or deep get an answer too.

use proptest::prelude::*;

use super::*;

const SAMPLE: &str = r#"// Package sample has a bit of everything. See [Box.Get].
package sample

import (
	"fmt"
	str "strings"
)

const (
	One Kind = iota
	Two
)

type Kind int

type Box[T any] struct {
	held T
	*inner
	tags map[string][]Kind `json:"tags"`
}

type inner struct{ name string }

type Getter[T any] interface {
	Get() T
	fmt.Stringer
}

func (b *Box[E]) Get() E { return b.held }

// Größe counts.
func Größe(parts ...string) (total int, err error) {
outer:
	for index, part := range parts {
		switch {
		case str.HasPrefix(part, "é"):
			continue outer
		}
		total += index
	}
	box := &Box[Kind]{held: Two, inner: &inner{name: "x"}}
	var got any = box.Get()
	switch kind := got.(type) {
	case Kind:
		fmt.Println(kind, box.name, func(x int) int { return x }(1))
	}
	return
}
"#;

fn asked(text: &str, offset: usize) {
    let project = InMemory::new([("a.go".to_owned(), text.to_owned())]);
    let at = Place { path: "a.go".to_owned(), offset: u32::try_from(offset).expect("short") };
    let _ = engine().references(&project, &at);
    if let Ok(proposal) = engine().rename(&project, &Rename { at, new_name: "Other", options: RenameOptions::default() }) {
        let files = BTreeMap::from([("a.go".to_owned(), text.to_owned())]);
        applied(&files, &proposal.edits, &proposal.moves).expect("edits fit the text");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_text_that_is_cut_anywhere_gets_an_answer(from in 0..SAMPLE.len(), length in 0..60_usize, at in 0..SAMPLE.len()) {
        let is_in = |place: usize| place < from || place >= from + length;
        let text: String = SAMPLE.char_indices().filter(|(place, _)| is_in(*place)).map(|(_, letter)| letter).collect();
        asked(&text, at.min(text.len()));
    }

    #[test]
    fn renaming_there_and_back_leaves_every_byte(at in 0..SAMPLE.len()) {
        let project = InMemory::new([("a.go".to_owned(), SAMPLE.to_owned())]);
        let place = |offset: u32| Place { path: "a.go".to_owned(), offset };
        let offset = u32::try_from(at).expect("short");
        let Ok(proposal) = engine().rename(&project, &Rename { at: place(offset), new_name: "Fresh", options: RenameOptions::default() }) else { return Ok(()) };
        let files = BTreeMap::from([("a.go".to_owned(), SAMPLE.to_owned())]);
        let there = applied(&files, proposal.of(&[Certainty::Certain]), &[]).expect("applied");
        let Some(first) = proposal.of(&[Certainty::Certain]).find(|edit| !edit.reason.contains("comment")) else { return Ok(()) };
        let shift: i64 = proposal.of(&[Certainty::Certain]).filter(|edit| edit.start < first.start).map(|edit| edit.new.len() as i64 - edit.old.len() as i64).sum();
        let old = if first.old.is_empty() { "fmt" } else { first.old.trim() };
        let project = InMemory::new(there.clone());
        let offset = u32::try_from(i64::from(first.start) + shift).expect("positive");
        let back = engine().rename(&project, &Rename { at: place(offset), new_name: old, options: RenameOptions::default() });
        let back = back.expect("back");
        prop_assert_eq!(applied(&there, back.of(&[Certainty::Certain]), &[]).expect("applied"), files);
    }
}

#[test]
fn depth_is_no_danger() {
    for (open, close) in [("(", ")"), ("[]", ""), ("{", "}"), ("func() { ", " }"), ("*", ""), ("a.", "a"), ("f(", ")"), ("1+", "1")] {
        let text = format!("package a\n\nvar cat = {}1{}\n", open.repeat(20_000), close.repeat(20_000));
        asked(&text, 15);
        let body = format!("package a\n\nfunc cat() {{ {}{} }}\n", open.repeat(20_000), close.repeat(20_000));
        asked(&body, 16);
    }
}

#[test]
fn declarations_that_lead_to_themselves_end() {
    for text in [
        "package a\n\ntype T T\n\nvar t T\nvar _ = t.$0x\n",
        "package a\n\ntype T struct{ T }\n\nvar t T\nvar _ = t.$0x\n",
        "package a\n\ntype I interface{ I }\n\nvar t I\nvar _ = t.$0x\n",
        "package a\n\nvar a = b\nvar b = a\nvar _ = a.$0x\n",
        "package a\n\ntype A = B\ntype B = A\n\nvar a A\nvar _ = a.$0x\n",
        "package a\n\ntype T[P T[P]] struct{ p P }\n\nfunc f[Q ~[]Q](q Q) { _ = q[0].$0x }\n",
    ] {
        asked(&text.replace("$0", ""), text.find("$0").expect("a cursor"));
    }
}
