//! Modules and packages that get another name or another place.

use std::collections::BTreeMap;

use lectern_refactor::{Certainty, ConflictKind, RefusedKind};

use crate::support::{certainly, sources};

fn moved(files: &[(&str, &str)], moves: &[(&str, &str)], after: &[(&str, &str)]) {
    let sources = sources(files);
    let proposal = sources.moved(moves).unwrap_or_else(|refused| panic!("refused: {refused}"));
    assert_eq!(proposal.breaking(), None, "nothing breaks");
    let expected: BTreeMap<String, String> = after.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!(sources.after(&proposal, &[Certainty::Certain]), expected);
}

#[test]
fn a_module_is_renamed_with_its_file_and_stub() {
    certainly(
        &[
            ("pkg/__init__.py", "from . import old\nfrom .old import f as g\n"),
            ("pkg/old.py", "def f(): pass\n"),
            ("pkg/old.pyi", "def f() -> None: ...\n"),
            ("use.py", "import pkg.$0old\nfrom pkg import old as o\nold = 1\npkg.old.f()\no.f(old)\n"),
        ],
        "new",
        &[
            ("pkg/__init__.py", "from . import new\nfrom .new import f as g\n"),
            ("pkg/new.py", "def f(): pass\n"),
            ("pkg/new.pyi", "def f() -> None: ...\n"),
            ("use.py", "import pkg.new\nfrom pkg import new as o\nold = 1\npkg.new.f()\no.f(old)\n"),
        ],
    );
}

#[test]
fn a_package_is_renamed_as_a_folder() {
    let files = [
        ("app/__init__.py", ""),
        ("app/core/__init__.py", "from .part import x\n"),
        ("app/core/part.py", "from app.$0core import x as y\nx = 1\n"),
        ("main.py", "import app.core.part\napp.core.part.x\n"),
    ];
    certainly(
        &files,
        "base",
        &[
            ("app/__init__.py", ""),
            ("app/base/__init__.py", "from .part import x\n"),
            ("app/base/part.py", "from app.base import x as y\nx = 1\n"),
            ("main.py", "import app.base.part\napp.base.part.x\n"),
        ],
    );
    let proposal = sources(&files).rename("base").expect("a proposal");
    assert!(
        proposal.edits.iter().all(|edit| edit.group == proposal.moves[0].group && edit.group.is_some()),
        "imports and the move are bound"
    );
}

#[test]
fn a_path_in_a_string_is_probable() {
    let sources = sources(&[
        ("pkg/__init__.py", ""),
        ("pkg/old.py", "f = 1\n"),
        ("t.py", "from pkg import $0old\npatch('pkg.old.f')\npatch('old')\n"),
    ]);
    let proposal = sources.rename("new").expect("a proposal");
    let probable: Vec<_> = proposal.of(&[Certainty::Probable]).map(|edit| (edit.path.as_str(), edit.start)).collect();
    assert_eq!(probable, [("t.py", 31)]);
}

#[test]
fn a_taken_file_name_is_a_conflict() {
    let sources = sources(&[("a.py", ""), ("b.py", ""), ("c.py", "import $0a\n")]);
    let proposal = sources.rename("b").expect("a proposal");
    assert_eq!(proposal.breaking().map(|conflict| conflict.kind), Some(ConflictKind::FileNameTaken));
    assert_eq!(
        sources.moved(&[("a.py", "b.py")]).expect("a proposal").breaking().map(|conflict| conflict.kind),
        Some(ConflictKind::FileNameTaken)
    );
    assert_eq!(sources.moved(&[("gone.py", "d.py")]).expect_err("refused").kind, RefusedKind::NoName);
}

#[test]
fn imports_follow_a_file_into_another_package() {
    moved(
        &[
            ("a/__init__.py", ""),
            ("a/one.py", "from . import two\nfrom .two import f, g\nfrom .. import b\n"),
            ("a/two.py", "from .one import h\nfrom .three import k\nfrom a import three\n"),
            ("a/three.py", "k = 1\n"),
            ("b/__init__.py", ""),
            ("use.py", "import a.two\nfrom a import two, three\nfrom a.two import f\na.two.f()\nimport a.two as t\n"),
        ],
        &[("a/two.py", "b/two.py")],
        &[
            ("a/__init__.py", ""),
            ("a/one.py", "from b import two\nfrom b.two import f, g\nfrom .. import b\n"),
            ("a/three.py", "k = 1\n"),
            ("b/__init__.py", ""),
            ("b/two.py", "from a.one import h\nfrom a.three import k\nfrom a import three\n"),
            ("use.py", "import b.two\nfrom a import three\nfrom b import two\nfrom b.two import f\nb.two.f()\nimport b.two as t\n"),
        ],
    );
}

#[test]
fn a_moved_folder_keeps_what_is_relative_within_it() {
    moved(
        &[
            ("app/__init__.py", ""),
            ("app/tools/__init__.py", "from .text import wrap\n"),
            ("app/tools/text.py", "from ..base import Base\nfrom app.base import Base as B\nwrap = 1\n"),
            ("app/base.py", "from app.tools.text import wrap\nclass Base: pass\n"),
            ("app/lib/__init__.py", ""),
        ],
        &[("app/tools", "app/lib/tools")],
        &[
            ("app/__init__.py", ""),
            ("app/base.py", "from app.lib.tools.text import wrap\nclass Base: pass\n"),
            ("app/lib/__init__.py", ""),
            ("app/lib/tools/__init__.py", "from .text import wrap\n"),
            ("app/lib/tools/text.py", "from ...base import Base\nfrom app.base import Base as B\nwrap = 1\n"),
        ],
    );
}

#[test]
fn a_lone_module_keeps_its_name_where_it_is_used() {
    moved(
        &[("tool.py", "x = 1\n"), ("pkg/__init__.py", ""), ("use.py", "import tool\nif tool:\n    from tool import x; tool.x\n")],
        &[("tool.py", "pkg/tool.py")],
        &[
            ("pkg/__init__.py", ""),
            ("pkg/tool.py", "x = 1\n"),
            ("use.py", "import pkg.tool as tool\nif tool:\n    from pkg.tool import x; tool.x\n"),
        ],
    );
}

#[test]
fn a_file_that_only_gets_another_name_is_renamed_as_a_module() {
    moved(
        &[("pkg/__init__.py", ""), ("pkg/a.py", "x = 1\n"), ("use.py", "from pkg import a\na.x\n")],
        &[("pkg/a.py", "pkg/b.py")],
        &[("pkg/__init__.py", ""), ("pkg/b.py", "x = 1\n"), ("use.py", "from pkg import b\nb.x\n")],
    );
}
