//! Methods, attributes and what is known of the values they are asked of.

use lectern_refactor::{Certainty, OccurrenceRole, RenameOptions};

use crate::support::{certainly, certainly_one, probably, sources};

#[test]
fn a_method_is_found_on_values_of_its_class() {
    certainly_one(
        "class A:\n    def $0go(self): return self\nclass B:\n    def go(self): pass\na = A()\na.go().go()\nB().go()\ndef f(x: A, y: 'B'):\n    x.go(); y.go()\n",
        "run",
        "class A:\n    def run(self): return self\nclass B:\n    def go(self): pass\na = A()\na.run().run()\nB().go()\ndef f(x: A, y: 'B'):\n    x.run(); y.go()\n",
    );
}

#[test]
fn an_attribute_of_self_is_one_in_class_and_slots() {
    certainly(
        &[
            ("a.py", "class Box:\n    __slots__ = ('value', 'other')\n    def __init__(self, value):\n        self.$0value = value\n"),
            ("b.py", "from a import Box as B\ndef read(box: B | None) -> str:\n    return f'{box.value!r:>{box.value}}'\n"),
        ],
        "content",
        &[
            ("a.py", "class Box:\n    __slots__ = ('content', 'other')\n    def __init__(self, value):\n        self.content = value\n"),
            ("b.py", "from a import Box as B\ndef read(box: B | None) -> str:\n    return f'{box.content!r:>{box.content}}'\n"),
        ],
    );
}

#[test]
fn an_override_goes_along_unless_it_shall_not() {
    let files = [
        ("a.py", "class Base:\n    def $0step(self): pass\n"),
        ("b.py", "from a import Base\nclass Middle(Base): pass\n"),
        (
            "c.py",
            "from b import Middle\nclass Last(Middle):\n    def step(self):\n        super().step()\nclass Other:\n    def step(self): pass\nLast().step()\n",
        ),
    ];
    certainly(
        &files,
        "tick",
        &[
            ("a.py", "class Base:\n    def tick(self): pass\n"),
            ("b.py", "from a import Base\nclass Middle(Base): pass\n"),
            (
                "c.py",
                "from b import Middle\nclass Last(Middle):\n    def tick(self):\n        super().tick()\nclass Other:\n    def step(self): pass\nLast().tick()\n",
            ),
        ],
    );
    let sources = sources(&files);
    let alone = sources.rename_with("tick", RenameOptions { hierarchy: false, ..RenameOptions::default() }).expect("a proposal");
    let edits: Vec<_> = alone.of(&[Certainty::Certain, Certainty::Probable]).map(|edit| (edit.path.as_str(), edit.start)).collect();
    assert_eq!(edits, [("a.py", 20), ("c.py", 77)], "the declaration, and what super() finds");
}

#[test]
fn the_only_member_of_its_name_is_probable_where_the_value_is_unknown() {
    probably(
        &[("a.py", "class A:\n    def $0launch(self): pass\ndef f(x):\n    x.launch()\n    'text'.launch()\n")],
        "fire",
        &[("a.py", "class A:\n    def fire(self): pass\ndef f(x):\n    x.fire()\n    'text'.launch()\n")],
    );
    certainly_one(
        "class A:\n    def $0launch(self): pass\nclass B:\n    def launch(self): pass\ndef f(x):\n    x.launch()\n",
        "fire",
        "class A:\n    def fire(self): pass\nclass B:\n    def launch(self): pass\ndef f(x):\n    x.launch()\n",
    );
}

#[test]
fn references_say_what_is_done() {
    let found = sources(&[("a.py", "class A:\n    $0size = 1\na = A()\na.size = 2\nprint(a.size)\n")]).references().expect("found");
    let roles: Vec<_> = found.occurrences.iter().map(|occurrence| (occurrence.start, occurrence.role)).collect();
    assert_eq!(roles, [(13, OccurrenceRole::Definition), (32, OccurrenceRole::Write), (49, OccurrenceRole::Read)]);
    assert_eq!((found.name.as_str(), found.kind.as_str()), ("size", "class attribute"));
}
