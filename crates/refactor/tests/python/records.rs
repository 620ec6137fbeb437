//! Data classes, named tuples, typed dictionaries, properties, patterns: members with more than one spelling.

use crate::support::{certainly_one, probably};

#[test]
fn a_field_is_a_keyword_of_its_class() {
    certainly_one(
        "from dataclasses import dataclass, replace\n@dataclass\nclass P:\n    $0x: int\n    y: int = 0\np = P(x=1, y=2)\nreplace(p, x=2)\nprint(p.x)\ndict(x=1)\n",
        "left",
        "from dataclasses import dataclass, replace\n@dataclass\nclass P:\n    left: int\n    y: int = 0\np = P(left=1, y=2)\nreplace(p, left=2)\nprint(p.left)\ndict(x=1)\n",
    );
    certainly_one(
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\nP($0x=1)._replace(x=2).x\n",
        "left",
        "from typing import NamedTuple\nclass P(NamedTuple):\n    left: int\nP(left=1)._replace(left=2).left\n",
    );
}

#[test]
fn a_key_of_a_typed_dictionary_is_a_member() {
    certainly_one(
        "from typing import TypedDict\nclass T(TypedDict):\n    $0key: int\nt: T = {'key': 1}\nt['key']\nT(key=1)\nother = {}\nother['key']\n",
        "name",
        "from typing import TypedDict\nclass T(TypedDict):\n    name: int\nt: T = {'name': 1}\nt['name']\nT(name=1)\nother = {}\nother['key']\n",
    );
}

#[test]
fn a_property_is_one_with_its_setter() {
    certainly_one(
        "class A:\n    @property\n    def v(self): ...\n    @v.setter\n    def v(self, x): ...\na = A()\na.$0v = 1\n",
        "w",
        "class A:\n    @property\n    def w(self): ...\n    @w.setter\n    def w(self, x): ...\na = A()\na.w = 1\n",
    );
}

#[test]
fn a_pattern_names_an_attribute() {
    certainly_one(
        "class A:\n    __match_args__ = ('x',)\n    def __init__(self): self.$0x = 1\ndef f(v):\n    match v:\n        case A(x=x): return x\n",
        "y",
        "class A:\n    __match_args__ = ('y',)\n    def __init__(self): self.y = 1\ndef f(v):\n    match v:\n        case A(y=x): return x\n",
    );
}

#[test]
fn a_constructor_and_its_keywords_go_together() {
    certainly_one(
        "class A:\n    def __init__(self, $0size): self.size = size\nclass B(A):\n    def __init__(self): super().__init__(size=1)\nclass C(A): pass\nA(size=1); C(size=2)\n",
        "length",
        "class A:\n    def __init__(self, length): self.size = length\nclass B(A):\n    def __init__(self): super().__init__(length=1)\nclass C(A): pass\nA(length=1); C(length=2)\n",
    );
}

#[test]
fn a_partial_call_is_probable() {
    probably(
        &[("a.py", "from functools import partial\ndef f($0size): pass\npartial(f, size=1)\n")],
        "length",
        &[("a.py", "from functools import partial\ndef f(length): pass\npartial(f, length=1)\n")],
    );
    probably(&[("a.py", "def f($0size): pass\nf(**{'size': 1})\n")], "length", &[("a.py", "def f(length): pass\nf(**{'length': 1})\n")]);
}

#[test]
fn types_in_strings_and_comments_are_code() {
    certainly_one(
        "from typing import cast, List, Literal\nclass $0A: pass\nx: 'List[A]' = []\ny = cast('A', x)\nz = []  # type: List[A]\nw: Literal['A']\ndef f(a: \"A\") -> 'A | None': ...\n",
        "B",
        "from typing import cast, List, Literal\nclass B: pass\nx: 'List[B]' = []\ny = cast('B', x)\nz = []  # type: List[B]\nw: Literal['A']\ndef f(a: \"B\") -> 'B | None': ...\n",
    );
}

#[test]
fn type_parameters_have_a_scope() {
    certainly_one(
        "class A[$0T]:\n    def f[U: T](self, x: T, y: U) -> 'T': ...\nT = 1\ntype L[T] = list[T]\n",
        "S",
        "class A[S]:\n    def f[U: S](self, x: S, y: U) -> 'S': ...\nT = 1\ntype L[T] = list[T]\n",
    );
}
