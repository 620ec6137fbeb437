//! What manifests of each kind say, and that hostile ones say only what is wrong with them.

use lectern_survey::{Function, Kind, Manifest, candidate, entry_point, kind_of, read_manifest};

fn told(manifest: &Manifest) -> Vec<(&str, &str, bool)> {
    let all = manifest.dependencies.iter();
    all.map(|dependency| (dependency.name.as_str(), dependency.requirement.as_str(), dependency.development)).collect()
}

fn read(kind: Kind, text: &str) -> Manifest {
    let manifest = read_manifest(kind, text);
    assert_eq!(manifest.problem, None, "{kind:?}");
    assert_eq!(manifest.total as usize, manifest.dependencies.len());
    manifest
}

fn named(manifest: &Manifest) -> (Option<&str>, Option<&str>) {
    (manifest.name.as_deref(), manifest.version.as_deref())
}

#[test]
fn cargo() {
    let manifest = read(
        Kind::Cargo,
        "[package]\nname = \"ferry\"\nversion.workspace = true\n[[bin]]\nname = \"sail\"\npath = \"src/sail.rs\"\n[dependencies]\nserde = \"1\"\n\
         git2 = { version = \"0.21\", features = [] }\nours = { path = \"../ours\" }\nshared.workspace = true\n[dev-dependencies]\ninsta = \"1\"\n\
         [target.'cfg(unix)'.dependencies]\nnix = \"0.31\"\n",
    );
    assert_eq!(named(&manifest), (Some("ferry"), None));
    let expected = [
        ("git2", "0.21", false),
        ("ours", "path ../ours", false),
        ("serde", "1", false),
        ("shared", "workspace", false),
        ("nix", "0.31", false),
        ("insta", "1", true),
    ];
    assert_eq!(told(&manifest), expected);
    assert_eq!((manifest.scripts.as_slice(), manifest.entries[0].path.as_str()), (&["sail".to_owned()][..], "src/sail.rs"));
}

#[test]
fn npm() {
    let manifest = read(
        Kind::Npm,
        r#"{"name":"@x/y","version":"1.2.3","bin":{"y":"./cli.js"},"main":"lib/index.js","exports":{".":{"import":"./lib/index.mjs"}},
            "scripts":{"build":"vite build"},"dependencies":{"svelte":"^5"},"devDependencies":{"vite":"~8.0"}}"#,
    );
    assert_eq!(named(&manifest), (Some("@x/y"), Some("1.2.3")));
    assert_eq!(told(&manifest), [("svelte", "^5", false), ("vite", "~8.0", true)]);
    assert_eq!(manifest.scripts, ["build"]);
    let entries: Vec<_> = manifest.entries.iter().map(|entry| (entry.path.as_str(), entry.reason.as_str())).collect();
    let of = |field: &str| format!("the `{field}` of package.json");
    assert_eq!(entries, [("./cli.js", &*of("bin")), ("lib/index.js", &of("main")), ("./lib/index.mjs", &of("exports"))]);
}

#[test]
fn python() {
    let manifest = read(
        Kind::PyProject,
        "[project]\nname = \"ferry\"\nversion = \"2\"\ndependencies = [\"requests[socks] >= 2.0 ; python_version > '3'\", \"attrs\"]\n\
         [project.scripts]\nferry = \"ferry:main\"\n[project.optional-dependencies]\ntest = [\"pytest~=8\"]\n[dependency-groups]\ndev = [\"ruff\"]\n",
    );
    assert_eq!(named(&manifest), (Some("ferry"), Some("2")));
    assert_eq!(told(&manifest), [("requests", ">= 2.0", false), ("attrs", "", false), ("pytest", "~=8", true), ("ruff", "", true)]);
    assert_eq!(manifest.scripts, ["ferry"]);
    let poetry = read(Kind::PyProject, "[tool.poetry]\nname = \"p\"\n[tool.poetry.dependencies]\npython = \"^3\"\nflask = \"^3\"\n");
    assert_eq!((named(&poetry), told(&poetry)), ((Some("p"), None), vec![("flask", "^3", false)]));
    let plain =
        read(Kind::Requirements, "# all\n-r other.txt\nflask==3.0  # web\nhttps://example.org/x.whl\nname @ https://example.org/y\n");
    assert_eq!(told(&plain), [("flask", "==3.0", false), ("name", "@ https://example.org/y", false)]);
    let setup = "[metadata]\nname = ferry\n[options]\ninstall_requires =\n    attrs>=20\n    six\n[options.entry_points]\nconsole_scripts =\n    sail = a:b\n";
    let setup = read(Kind::SetupCfg, setup);
    assert_eq!((named(&setup).0, told(&setup)), (Some("ferry"), vec![("attrs", ">=20", false), ("six", "", false)]));
    assert_eq!(setup.scripts, ["sail"]);
    let pipfile = read(Kind::Pipfile, "[packages]\nflask = \"*\"\n[dev-packages]\npytest = {version = \">8\"}\n");
    assert_eq!(told(&pipfile), [("flask", "*", false), ("pytest", ">8", true)]);
}

#[test]
fn the_others() {
    let go = read(
        Kind::Go,
        "module example.org/ferry\n\ngo 1.22\nrequire a.org/x v1.0.0 // indirect\nrequire (\n\tb.org/y v2.0.0\n)\nreplace (\n\tc v1 => d v2\n)\n",
    );
    assert_eq!((named(&go).0, told(&go)), (Some("example.org/ferry"), vec![("a.org/x", "v1.0.0", false), ("b.org/y", "v2.0.0", false)]));
    let maven = read(
        Kind::Maven,
        "<?xml version=\"1.0\"?><!-- <x> --><project><parent><artifactId>p</artifactId></parent><artifactId>ferry</artifactId><version>1</version>\
         <dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>2</version></dependency>\
         <dependency><groupId>g</groupId><artifactId>t</artifactId><scope>test</scope></dependency></dependencies></project>",
    );
    assert_eq!((named(&maven), told(&maven)), ((Some("ferry"), Some("1")), vec![("g:a", "2", false), ("g:t", "", true)]));
    let gradle = "version = '1.0'\ndependencies {\n  implementation 'g:a:1.0'\n  testImplementation(\"g:t:2\")\n  api project(':x')\n}\nother 'g:no:1'\n";
    let gradle = read(Kind::Gradle, gradle);
    assert_eq!((named(&gradle).1, told(&gradle)), (Some("1.0"), vec![("g:a", "1.0", false), (":x", "", false), ("g:t", "2", true)]));
    let composer = read(Kind::Composer, r#"{"name":"a/b","require":{"php":">=8"},"require-dev":{"phpunit/phpunit":"^11"}}"#);
    assert_eq!(told(&composer), [("php", ">=8", false), ("phpunit/phpunit", "^11", true)]);
    let gemfile = "source 'https://rubygems.org'\ngem 'rails', '~> 8'\ngroup :test do\n  gem \"rspec\"\nend\ngem 'puma'\n";
    assert_eq!(told(&read(Kind::Bundler, gemfile)), [("rails", "~> 8", false), ("puma", "", false), ("rspec", "", true)]);
    let nuget = "<Project Sdk=\"x\"><ItemGroup><PackageReference Include=\"A\" Version=\"1\" /><PackageReference Include=\"B\"><Version>2</Version></PackageReference></ItemGroup></Project>";
    assert_eq!(told(&read(Kind::NuGet, nuget)), [("A", "1", false), ("B", "2", false)]);
    let cmake = read(Kind::CMake, "project(ferry VERSION 1.2)\nfind_package(ZLIB 1.3 REQUIRED)\nadd_executable(sail main.c)\n");
    assert_eq!((named(&cmake), told(&cmake)), ((Some("ferry"), Some("1.2")), vec![("ZLIB", "1.3", false)]));
    assert_eq!(cmake.scripts, ["sail"]);
}

#[test]
fn what_is_no_manifest_says_what_is_wrong_with_it() {
    for (kind, text) in [
        (Kind::Cargo, "[package"),
        (Kind::Npm, "[1]"),
        (Kind::Npm, "{,}"),
        (Kind::Maven, "<project><a></b></project>"),
        (Kind::NuGet, "<a"),
        (Kind::Composer, ""),
    ] {
        assert!(read_manifest(kind, text).problem.is_some(), "{kind:?} {text:?}");
    }
    let deep = [("[", "]"), ("{\"a\":", "}"), ("<a>", "</a>"), ("a=[", "]"), ("a.", "b=1")];
    let all = ["Cargo.toml", "package.json", "pyproject.toml", "requirements-dev.txt", "setup.cfg", "Pipfile", "go.mod", "pom.xml"];
    let rest = ["build.gradle", "build.gradle.kts", "composer.json", "Gemfile", "x.csproj", "CMakeLists.txt"];
    for name in all.into_iter().chain(rest) {
        let kind = kind_of(name).unwrap_or_else(|| panic!("{name}"));
        for (open, close) in deep {
            read_manifest(kind, &(open.repeat(50_000) + &close.repeat(50_000)));
        }
        for odd in ["\0", "\u{feff}", "=", "gem '", "dependencies {\n'", "[", "project(", "require", "\"".repeat(9999).as_str()] {
            read_manifest(kind, odd);
        }
        assert!(read_manifest(kind, &" ".repeat(3 << 20)).problem.is_some());
    }
    let many: String = (0..100).map(|number| format!("p{number}==1\n")).collect();
    let many = read_manifest(Kind::Requirements, &many);
    assert_eq!((many.total, many.dependencies.len()), (100, 60));
}

#[test]
fn running_begins_where_there_is_a_main() {
    let main = [Function { name: "help".to_owned(), line: 1 }, Function { name: "main".to_owned(), line: 3 }];
    let at = |path: &str, text: &str, functions: &[Function]| {
        let found = entry_point(candidate(path).unwrap_or_else(|| panic!("{path}")), text, functions);
        found.map(|entry| (entry.line, entry.reason))
    };
    assert_eq!(at("src/main.rs", "", &main), Some((3, "main".to_owned())));
    assert_eq!(at("src/main.rs", "", &main[..1]), None);
    assert_eq!(at("cmd/x/run.go", "package x\n", &main), None);
    assert_eq!(at("cmd/x/run.go", "// hello\npackage main\n", &main).map(|found| found.0), Some(3));
    assert_eq!(at("tool.py", "x\nif __name__ == '__main__':\n", &[]).map(|found| found.0), Some(2));
    assert_eq!(at("tool.py", "x = \"if __name__ == '__main__'\"\n", &[]), None);
    assert_eq!(at("index.html", "", &[]).map(|found| found.0), Some(1));
    for path in ["tests/main.rs", "vendor/x/main.go", "src/a/b.rs", "a/b/c.py", "README.md"] {
        assert_eq!(candidate(path), None, "{path}");
    }
    let rank = |path| candidate(path).map(|candidate| candidate.rank);
    assert!(rank("src/main.rs") < rank("crates/a/src/main.rs") && rank("src/main.rs") < rank("src/lib.rs"));
}
