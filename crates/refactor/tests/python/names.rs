//! Variables, functions and their scopes.

use lectern_refactor::RefusedKind;

use crate::support::{certainly, certainly_one, refused};

#[test]
fn a_name_in_another_scope_stays() {
    certainly_one(
        "def f():\n    $0x = 1\n    return x\n\ndef g(x):\n    return x\n\nx = 2\n",
        "y",
        "def f():\n    y = 1\n    return y\n\ndef g(x):\n    return x\n\nx = 2\n",
    );
}

#[test]
fn global_and_nonlocal_mean_the_outer_variable() {
    certainly_one(
        "count = 0\ndef f():\n    global $0count\n    count += 1\ndef g():\n    count = 5\n",
        "total",
        "total = 0\ndef f():\n    global total\n    total += 1\ndef g():\n    count = 5\n",
    );
    certainly_one(
        "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n = $0n + 1\n    return g\n",
        "m",
        "def f():\n    m = 0\n    def g():\n        nonlocal m\n        m = m + 1\n    return g\n",
    );
}

#[test]
fn a_comprehension_has_its_own_variables() {
    certainly_one("x = [1]\ny = [$0x for x in x if x]\n", "z", "x = [1]\ny = [z for z in x if z]\n");
}

#[test]
fn a_walrus_binds_around_its_comprehension() {
    certainly_one(
        "def f(rows):\n    if any(($0hit := row) for row in rows):\n        return hit\n",
        "found",
        "def f(rows):\n    if any((found := row) for row in rows):\n        return found\n",
    );
}

#[test]
fn a_function_is_renamed_where_it_is_imported() {
    certainly(
        &[
            ("pkg/__init__.py", "from .core import load\n__all__ = [\"load\"]\n"),
            ("pkg/core.py", "def $0load():\n    pass\n"),
            ("use.py", "import pkg\nfrom pkg import load\nfrom pkg.core import load as l\npkg.load()\nload()\nl()\n"),
        ],
        "read",
        &[
            ("pkg/__init__.py", "from .core import read\n__all__ = [\"read\"]\n"),
            ("pkg/core.py", "def read():\n    pass\n"),
            ("use.py", "import pkg\nfrom pkg import read\nfrom pkg.core import read as l\npkg.read()\nread()\nl()\n"),
        ],
    );
}

#[test]
fn a_parameter_takes_its_keywords_along() {
    certainly(
        &[
            ("a.py", "def f($0size, *, deep=False):\n    return size\nf(size=1)\n"),
            ("b.py", "from a import f as g\ng(deep=True, size=2)\nh(size=3)\n"),
        ],
        "length",
        &[
            ("a.py", "def f(length, *, deep=False):\n    return length\nf(length=1)\n"),
            ("b.py", "from a import f as g\ng(deep=True, length=2)\nh(size=3)\n"),
        ],
    );
}

#[test]
fn names_that_are_not_ours_are_refused() {
    assert_eq!(refused(&[("a.py", "import os\n$0os.getcwd()\n")], "x"), RefusedKind::External);
    assert_eq!(refused(&[("a.py", "print($0len([]))\n")], "x"), RefusedKind::BuiltIn);
    assert_eq!(refused(&[("a.py", "$0x = 1\n")], "class"), RefusedKind::BadName);
    assert_eq!(refused(&[("a.py", "$0x = 1\n")], "1x"), RefusedKind::BadName);
    assert_eq!(refused(&[("a.py", "$0x = 1\n")], "x"), RefusedKind::SameName);
    assert_eq!(refused(&[("a.py", "x = $0 1\n")], "y"), RefusedKind::NoName);
    assert_eq!(refused(&[("a.py", "$0x = (\n")], "y"), RefusedKind::Unparsable);
}

#[test]
fn a_name_of_a_class_is_not_seen_by_its_functions() {
    certainly_one(
        "x = 1\nclass A:\n    z = x\n    $0x = 2\n    y = x\n    def f(self):\n        return x\n",
        "w",
        "x = 1\nclass A:\n    z = x\n    w = 2\n    y = w\n    def f(self):\n        return x\n",
    );
}
