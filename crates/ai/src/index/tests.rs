//! What names mean in small projects of each language, who may use what, and which file needs which.

use super::*;
use crate::scripted::Files;

fn index_of(files: &[(&str, &str)]) -> ProjectIndex {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    Files::new(1, &files).index()
}

/// `from → target` of every use, by qualified names; the path of a file where no definition uses.
fn uses(index: &ProjectIndex) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..index.symbols().len() {
        let target = SymbolId(u32::try_from(at).expect("few"));
        for user in index.users(target) {
            let from = user.from.map_or(index[user.file].path.clone(), |from| index[from].qualified.clone());
            all.push(format!("{from} → {}", index[target].qualified));
        }
    }
    all.sort();
    all
}

fn needs(index: &ProjectIndex) -> Vec<String> {
    let files = (0..index.files().len()).map(id);
    let mut all: Vec<String> = files
        .flat_map(|file| index.file_uses(file).iter().map(move |used| format!("{} → {}", index[file].path, index[used.file].path)))
        .collect();
    all.sort();
    all
}

#[track_caller]
fn says(files: &[(&str, &str)], expected_uses: &[&str], expected_needs: &[&str]) {
    let index = index_of(files);
    assert_eq!(uses(&index), expected_uses, "uses");
    assert_eq!(needs(&index), expected_needs, "needs");
}

#[test]
fn rust() {
    says(
        &[
            ("a/Cargo.toml", "[package]\nname = \"a-b\"\n[dependencies]\nc = { path = \"../c\" }\n"),
            ("a/src/lib.rs", "mod x;\npub mod y;\npub use x::Thing;\n"),
            (
                "a/src/x.rs",
                "mod inner;\npub struct Thing;\nimpl Thing {\n    pub fn make() -> Self { helper(); Thing }\n    pub fn go_on(&self) { self.rest() }\n    fn rest(&self) {}\n}\nfn helper() {}\n",
            ),
            ("a/src/x/inner.rs", "fn f() { super::helper(); }\n"),
            (
                "a/src/y.rs",
                "use crate::Thing;\nuse c::other;\nuse std::collections::HashMap;\nfn f() { let t = Thing::make(); t.go_on(); other(); HashMap::make(); let helper = 1; g(helper); }\nfn g(n: u8) {}\n",
            ),
            ("c/Cargo.toml", "[package]\nname = \"c\"\n"),
            ("c/src/lib.rs", "pub fn other() { go_on() }\nfn go_on() {}\nfn h(t: &str) { t.make(); helper(); }\n"),
        ],
        &[
            "Thing::go_on → Thing::rest",
            "Thing::make → Thing",
            "Thing::make → helper",
            "a/src/lib.rs → Thing",
            "f → Thing",
            "f → Thing::go_on",
            "f → Thing::make",
            "f → g",
            "f → helper",
            "f → other",
            "other → go_on",
        ],
        &[
            "a/src/lib.rs → a/src/x.rs",
            "a/src/lib.rs → a/src/y.rs",
            "a/src/x.rs → a/src/x/inner.rs",
            "a/src/x/inner.rs → a/src/x.rs",
            "a/src/y.rs → a/src/lib.rs",
            "a/src/y.rs → a/src/x.rs",
            "a/src/y.rs → c/src/lib.rs",
        ],
    );
}

#[test]
fn typescript_and_svelte() {
    says(
        &[
            (
                "src/a.ts",
                "import { b, type Shape } from './b';\nimport C from '$lib/C.svelte';\nimport { far } from './barrel.js';\nexport function f(shape: Shape) { const local = b(shape); far(); unknown(); return local.area; }\n",
            ),
            (
                "src/b.ts",
                "export interface Shape { area: number }\nexport const b = (shape: Shape) => inner(shape);\nfunction inner(shape: Shape) {}\nfunction unknown() {}\n",
            ),
            ("src/barrel.ts", "export { far } from './far/deep';\n"),
            ("src/far/deep.ts", "export function far() {}\n"),
            (
                "src/lib/C.svelte",
                "<script lang=\"ts\">\n  import { b } from '../b';\n  function press() { b(1); }\n</script>\n<button onclick={press}>x</button>\n",
            ),
        ],
        &[
            "b → Shape",
            "b → inner",
            "f → Shape",
            "f → Shape.area",
            "f → b",
            "f → far",
            "inner → Shape",
            "press → b",
            "src/barrel.ts → far",
            "src/lib/C.svelte → press",
        ],
        &[
            "src/a.ts → src/b.ts",
            "src/a.ts → src/barrel.ts",
            "src/a.ts → src/far/deep.ts",
            "src/a.ts → src/lib/C.svelte",
            "src/barrel.ts → src/far/deep.ts",
            "src/lib/C.svelte → src/b.ts",
        ],
    );
}

#[test]
fn python() {
    says(
        &[
            ("pkg/__init__.py", "from .core import Engine\n"),
            (
                "pkg/core.py",
                "from . import util\nclass Engine:\n    def start(self):\n        self.warm_up()\n        util.check()\n    def warm_up(self): pass\n",
            ),
            ("pkg/util.py", "import os\ndef check(): os.path.join()\ndef join(): pass\n"),
            ("main.py", "from pkg import Engine\nimport pkg.util as u\ndef main():\n    e = Engine()\n    e.warm_up()\n    join()\n"),
        ],
        &["Engine.start → Engine.warm_up", "Engine.start → check", "main → Engine", "main → Engine.warm_up", "pkg/__init__.py → Engine"],
        &[
            "main.py → pkg/__init__.py",
            "main.py → pkg/core.py",
            "main.py → pkg/util.py",
            "pkg/__init__.py → pkg/core.py",
            "pkg/core.py → pkg/util.py",
        ],
    );
}

#[test]
fn go() {
    says(
        &[
            ("go.mod", "module example.org/m\n"),
            (
                "main.go",
                "package main\nimport (\n\t\"fmt\"\n\t\"example.org/m/store\"\n)\nfunc main() { s := store.Open(); s.Commit(); fmt.Println(); helper() }\n",
            ),
            ("helper.go", "package main\nfunc helper() {}\n"),
            (
                "store/store.go",
                "package store\ntype Store struct{}\nfunc Open() *Store { return fresh() }\nfunc (s *Store) Commit() {}\nfunc Println() {}\n",
            ),
            ("store/more.go", "package store\nfunc fresh() *Store { return nil }\nfunc helper() {}\n"),
        ],
        &["Open → Store", "Open → fresh", "Store.Commit → Store", "fresh → Store", "main → Open", "main → Store.Commit", "main → helper"],
        &["main.go → helper.go", "main.go → store/store.go", "store/more.go → store/store.go", "store/store.go → store/more.go"],
    );
}

#[test]
fn c_and_cpp() {
    says(
        &[
            ("add.h", "int add(int a, int b);\nstruct pair { int first_one; };\n"),
            (
                "add.c",
                "#include \"add.h\"\nstatic int once(int a) { return a; }\nint add(int a, int b) { struct pair p; return once(a) + p.first_one; }\n",
            ),
            (
                "main.c",
                "#include <stdio.h>\n#include \"add.h\"\nstatic int once(void) { return 1; }\nint main(void) { return add(once(), 2); }\n",
            ),
        ],
        &["add → once", "add → pair", "add → pair.first_one", "main → add", "main → once"],
        &["add.c → add.h", "main.c → add.h"],
    );
    let index = index_of(&[
        ("a.hpp", "class Box { public: void open(); private: int size; };\n"),
        ("a.cpp", "#include \"a.hpp\"\nvoid Box::open() { size = 1; }\nvoid use(Box *box) { box->open(); }\n"),
    ]);
    assert!(uses(&index).contains(&"use → Box::open".to_owned()), "{:?}", uses(&index));
    let methods: Vec<(&str, bool)> =
        index.named("open").iter().map(|symbol| (index[*symbol].qualified.as_str(), index[*symbol].public)).collect();
    assert_eq!(methods, [("Box::open", true), ("Box::open", true)], "what the class lets others use is so where it is defined");
}

#[test]
fn java() {
    says(
        &[
            (
                "src/a/Main.java",
                "package a;\nimport b.Store;\npublic class Main {\n  public static void main(String[] args) { Store s = new Store(); s.commit(); help(); }\n  static void help() { new Near(); }\n}\n",
            ),
            ("src/a/Near.java", "package a;\nclass Near {}\n"),
            ("src/b/Store.java", "package b;\npublic class Store { public void commit() {} }\n"),
        ],
        &["Main.help → Near", "Main.main → Main.help", "Main.main → Store", "Main.main → Store.commit"],
        &["src/a/Main.java → src/a/Near.java", "src/a/Main.java → src/b/Store.java"],
    );
}

#[test]
fn what_several_could_mean_is_nobodys() {
    says(&[("a.rb", "def run; end\n"), ("b.rb", "def run; end\n"), ("c.rb", "def go; run(); end\n")], &[], &[]);
    says(&[("a.rb", "def run; end\ndef go; run(); end\n"), ("x/b.rb", "def run; end\n")], &["go → run"], &[]);
}

#[test]
fn a_variable_hides_what_is_called_like_it() {
    says(
        &[(
            "a.py",
            "def path(): pass\ndef f(path): return path\ndef g(): return path()\ndef h():\n    path = 1\n    return [path for x in y]\n",
        )],
        &["g → path"],
        &[],
    );
}

#[test]
fn definitions_are_found_by_name_line_and_path() {
    let index = index_of(&[
        ("src/a.rs", "/// Doc.\npub struct A {\n    pub b: u8,\n}\n\nimpl A {\n    fn c(&self) {\n        self.b;\n    }\n}\n"),
        ("src/min.js", &"x".repeat(20_000)),
        ("README.md", "# word\n"),
    ]);
    let file = index.file("src/a.rs").expect("a file");
    let at = |line| index.symbol_at(file, line).map(|symbol| index[symbol].qualified.clone());
    assert_eq!(
        [at(1), at(2), at(3), at(5), at(6), at(8)],
        [None, Some("A".into()), Some("A::b".into()), None, Some("impl A".into()), Some("A::c".into())]
    );
    assert_eq!(index.named("c").len(), 1);
    assert!(index.is_name("A") && index.is_name("b") && !index.is_name("word") && !index.is_name("Doc"));
    for (path, there) in [
        ("src/a.rs", true),
        ("a.rs", true),
        ("src", true),
        ("./src/", true),
        ("rc/a.rs", false),
        ("b.rs", false),
        ("", false),
        (".rs", false),
    ] {
        assert_eq!(index.is_path(path), there, "{path}");
    }
    let skipped: Vec<Option<Why>> = index.files().iter().map(|file| file.skipped).collect();
    assert_eq!(skipped, [None, None, Some(Why::Minified)]);
}

#[test]
fn what_is_asked_for_and_what_it_uses_ranks_first() {
    let index = index_of(&[(
        "a.rs",
        "pub fn asked() { near(); }\npub fn near() { nearer(); }\nfn nearer() {}\npub fn used_by_all() {}\npub fn far() { used_by_all(); }\npub fn farther() { used_by_all(); }\n",
    )]);
    let asked = index.named("asked")[0];
    let names = |focus: &Focus| index.rank(focus).into_iter().map(|(symbol, _)| index[symbol].name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&Focus { symbols: vec![asked], ..Focus::default() })[..3], ["asked", "near", "nearer"]);
    assert_eq!(names(&Focus::default())[0], "used_by_all");
    assert_eq!(names(&Focus { words: vec!["farther".into()], ..Focus::default() })[0], "farther");
    let shares: f32 = index.rank(&Focus::default()).iter().map(|(_, share)| share).sum();
    assert!((shares - 1.0).abs() < 1e-4, "{shares}");
}

#[test]
fn definitions_within_definitions_do_not_add_up_to_gigabytes_of_names() {
    let depth = 4000;
    let nested: String = (0..depth).map(|at| format!("class Outer{at} {{\n")).chain((0..depth).map(|_| "}\n".to_owned())).collect();
    let index = index_of(&[("A.java", &nested)]);
    assert_eq!(index.symbols().len(), depth, "every one is there");
    let names: usize = index.symbols().iter().map(|symbol| symbol.qualified.len()).sum();
    assert!(names < depth * 600, "{names} bytes of names for {} of source", nested.len());
    let last = &index.symbols()[depth - 1].qualified;
    assert!(last.ends_with(".Outer3998.Outer3999"), "the nearest names are kept, whole: {last}");
    assert!(last.starts_with("Outer"), "{last}");
}
