//! How values are followed: annotations, narrowing, containers, constructors.

use lectern_refactor::RefusedKind;

use crate::support::{certainly, certainly_one, probably, refused};

/// `$0` stands at `go` of class A, and every `a.go` is renamed while every `b.go` stays.
fn follows(code: &str) {
    let classes = "class A:\n    def $0go(self): pass\nclass B:\n    def go(self): pass\n";
    let before = format!("{classes}{code}");
    let after = before.replace("$0go", "run").replace("a.go", "a.run").replace("a().go", "a().run");
    certainly_one(&before, "run", &after);
}

#[test]
fn annotations_say_what_a_value_is() {
    follows(
        "from typing import Optional, List\ndef f(a: Optional[A], b: 'B', *, aa: List['A']):\n    a.go(); b.go()\n    for a in aa: a.go()\n",
    );
    follows(
        "def f(x: dict[str, A]) -> A:\n    for k, a in x.items(): a.go()\n    a = x['k']\n    a.go()\n    return a\nf({}).go()\n"
            .replace("f({}).go()", "a = f({})\na.go()")
            .as_str(),
    );
    follows("a: A\nb: B\na.go(); b.go()\n");
    follows("def f(pair: tuple[A, B]):\n    a, b = pair\n    a.go(); b.go()\n");
    follows("Alias = A | None\ndef f(a: Alias): a.go()\n");
    follows("type Alias = A\ndef f(a: Alias): a.go()\n");
}

#[test]
fn what_is_returned_is_followed() {
    follows("def make(): return A()\na = make()\na.go()\n");
    follows("class M:\n    @property\n    def a(self): return A()\n    @classmethod\n    def new(cls): return cls()\nM.new().a.go()\n");
    follows("async def f() -> A: ...\nasync def g():\n    a = await f()\n    a.go()\n");
    follows("from contextlib import contextmanager\n@contextmanager\ndef f():\n    yield A()\nwith f() as a:\n    a.go()\n");
    follows("class M:\n    def __enter__(self): return A()\n    def __exit__(self, *x): pass\nwith M() as a:\n    a.go()\n");
    follows("class M:\n    def __call__(self) -> A: ...\na = M()()\na.go()\n");
}

#[test]
fn tests_narrow_a_value() {
    follows("def f(a, b):\n    if isinstance(a, A): a.go()\n    if isinstance(b, B): b.go()\n");
    follows("def f(x: A | B):\n    if isinstance(x, A):\n        a = x\n        a.go()\n    else:\n        b = x\n        b.go()\n");
    follows("def f(a):\n    if not isinstance(a, A):\n        return\n    a.go()\n");
    follows("def f(a):\n    return isinstance(a, A) and a.go()\n");
    follows("def f(a, b):\n    match a:\n        case A(): a.go()\n    match b:\n        case B() as b: b.go()\n");
    follows("def f(a):\n    assert isinstance(a, A)\n    a.go()\n");
}

#[test]
fn a_variable_is_what_was_put_in_last() {
    follows("a = A()\na.go()\na = None\nx = A()\na = x\na.go()\nb = A()\nb = B()\nb.go()\n");
    follows("a = None\nfor i in []:\n    a = A()\n    a.go()\n");
}

#[test]
fn containers_give_what_is_in_them() {
    follows(
        "a_s = [A(), A()]\nfor a in a_s: a.go()\n[a.go() for a in a_s]\nfor i, a in enumerate(a_s): a.go()\nfor a, b in zip(a_s, [B()]): a.go(); b.go()\n",
    );
    follows("m = {'k': A()}\na = m['k']\na.go()\nfor a in m.values(): a.go()\n");
    follows("from enum import Enum\nclass E(Enum):\n    X = 1\n    def m(self): return A()\na = E.X.m()\na.go()\n");
}

#[test]
fn attributes_are_followed_through_instances() {
    certainly(
        &[
            ("m.py", "class A:\n    def $0go(self): pass\nclass B:\n    def go(self): pass\n"),
            (
                "n.py",
                "import m\nclass C:\n    b: m.B\n    def __init__(self, x: m.A):\n        self.a = x\n        self.c = self.a\n    def f(self):\n        self.a.go(); self.b.go(); self.c.go()\nc = C(m.A())\nc.a.go()\ndel c.a.go\n",
            ),
        ],
        "run",
        &[
            ("m.py", "class A:\n    def run(self): pass\nclass B:\n    def go(self): pass\n"),
            (
                "n.py",
                "import m\nclass C:\n    b: m.B\n    def __init__(self, x: m.A):\n        self.a = x\n        self.c = self.a\n    def f(self):\n        self.a.run(); self.b.go(); self.c.run()\nc = C(m.A())\nc.a.run()\ndel c.a.run\n",
            ),
        ],
    );
}

#[test]
fn what_calls_pass_is_a_guess() {
    probably(
        &[("a.py", "class A:\n    def $0go(self): pass\nclass B:\n    def go(self): pass\ndef f(x): x.go()\nf(A())\n")],
        "run",
        &[("a.py", "class A:\n    def run(self): pass\nclass B:\n    def go(self): pass\ndef f(x): x.run()\nf(A())\n")],
    );
}

#[test]
fn a_string_that_names_an_attribute_is_probable() {
    probably(
        &[("a.py", "class A:\n    size = 1\n    def f(self): return getattr(self, '$0size')\nprint('size')\n")],
        "length",
        &[("a.py", "class A:\n    length = 1\n    def f(self): return getattr(self, 'length')\nprint('size')\n")],
    );
}

#[test]
fn a_value_of_several_classes_means_the_member_of_each() {
    let classes = "class A:\n    def go(self): pass\nclass B:\n    def go(self): pass\nclass C:\n    def go(self): pass\n";
    let before = format!("{classes}def f(x: A | B):\n    x.$0go()\nC().go()\n");
    let after = before.replace("$0", "").replacen("go", "run", 2).replace("x.go", "x.run");
    probably(&[("a.py", &before)], "run", &[("a.py", &after)]);
    let before = before.replace("$0", "").replacen("go", "$0go", 1);
    probably(&[("a.py", &before)], "run", &[("a.py", &after)]);
}

#[test]
fn an_unknown_value_has_the_member_of_the_only_class_that_has_it() {
    probably(
        &[("a.py", "class A:\n    def launch(self): pass\n"), ("b.py", "def f(x):\n    x.$0launch()\n")],
        "fire",
        &[("a.py", "class A:\n    def fire(self): pass\n"), ("b.py", "def f(x):\n    x.fire()\n")],
    );
    probably(
        &[("a.py", "def f(x, y):\n    x.$0launch()\n    x.launch()\n    y.launch()\n")],
        "fire",
        &[("a.py", "def f(x, y):\n    x.fire()\n    x.fire()\n    y.launch()\n")],
    );
}

#[test]
fn what_may_come_from_a_library_is_not_ours() {
    assert_eq!(refused(&[("a.py", "def f(x):\n    x.$0startswith('a')\n")], "begins"), RefusedKind::Unsupported);
    assert_eq!(refused(&[("a.py", "import lib\nx = lib.get()\nx.$0launch()\n")], "fire"), RefusedKind::Unsupported);
    assert_eq!(refused(&[("a.py", "'text'.$0launch()\n")], "fire"), RefusedKind::External);
}
