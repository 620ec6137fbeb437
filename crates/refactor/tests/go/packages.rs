//! Packages, their names and their places.

use super::*;

const MOD: (&str, &str) = ("go.mod", "module example.com/m\n");

#[test]
fn an_import_gets_a_name_and_loses_it_again() {
    let before = "package a\n\nimport \"fmt\"\n\nvar _ = $0fmt.Sprint\n";
    let after = text(before, "form");
    assert_eq!(after, "package a\n\nimport form \"fmt\"\n\nvar _ = form.Sprint\n");
    assert_eq!(text(&after.replace("= form", "= $0form"), "fmt"), before.replace("$0", ""));
    assert_eq!(text("package a\n\nimport $0\"fmt\"\n\nvar _ = fmt.Sprint\n", "form"), after);
}

#[test]
fn an_import_is_called_what_its_package_calls_itself() {
    let a = ("go-cats/a.go", "package cats\n\nfunc Run() {}\n");
    let b = ("b.go", "package b\n\nimport \"example.com/m/go-cats\"\n\nfunc f() { cats.$0Run() }\n");
    let after = renamed(&[MOD, a, b], "Go");
    assert_eq!((after["go-cats/a.go"].as_str(), after["b.go"].contains("cats.Go()")), ("package cats\n\nfunc Go() {}\n", true));
}

#[test]
fn a_package_takes_its_directory_its_tests_and_its_importers_along() {
    let a = ("cat/a.go", "package $0cat\n\nfunc Run() {}\n");
    let tests = ("cat/a_test.go", "package cat_test\n\nimport \"example.com/m/cat\"\n\nvar _ = cat.Run\n");
    let named = ("b/b.go", "package b\n\nimport c \"example.com/m/cat\"\n\nvar _ = c.Run\n");
    let plain = ("c/c.go", "package c\n\nimport \"example.com/m/cat\"\n\n// See [cat.Run].\nfunc f(cats int) { cat.Run() }\n");
    let beneath = ("cat/kitten/k.go", "package kitten\n");
    let after = renamed(&[MOD, a, tests, named, plain, beneath, ("cat/data.txt", "x")], "dog");
    let paths: Vec<&str> = after.keys().map(String::as_str).collect();
    assert_eq!(paths, ["b/b.go", "c/c.go", "cat/kitten/k.go", "dog/a.go", "dog/a_test.go", "dog/data.txt", "go.mod"]);
    assert_eq!(after["dog/a_test.go"], "package dog_test\n\nimport \"example.com/m/dog\"\n\nvar _ = dog.Run\n");
    assert_eq!(after["b/b.go"], "package b\n\nimport c \"example.com/m/dog\"\n\nvar _ = c.Run\n");
    assert_eq!(after["c/c.go"], "package c\n\nimport \"example.com/m/dog\"\n\n// See [dog.Run].\nfunc f(cats int) { dog.Run() }\n");
}

#[test]
fn a_package_goes_where_its_import_path_says() {
    let a = ("cat/a.go", "package $0cat\n");
    let user = ("b/b.go", "package b\n\nimport \"example.com/m/cat\"\n\nvar _ = cat.X\n");
    let after = renamed(&[MOD, a, user], "example.com/m/pets/dog");
    assert_eq!(after["pets/dog/a.go"], "package dog\n");
    assert_eq!(after["b/b.go"], "package b\n\nimport \"example.com/m/pets/dog\"\n\nvar _ = dog.X\n");
}

#[test]
fn a_name_that_is_taken_where_it_is_imported_gets_a_number() {
    let a = ("cat/a.go", "package $0cat\n");
    let user = ("b/b.go", "package b\n\nimport \"example.com/m/cat\"\n\nvar dog = cat.X\n");
    assert_eq!(renamed(&[MOD, a, user], "dog")["b/b.go"], "package b\n\nimport dog1 \"example.com/m/dog\"\n\nvar dog = dog1.X\n");
}

#[test]
fn packages_stay_where_they_may_not_go() {
    let a = ("cat/a.go", "package $0cat\n");
    let user = ("b/b.go", "package b\n\nimport \"example.com/m/cat\"\n");
    assert_eq!(refused(&[MOD, a], "../dog"), RefusedKind::Unsupported);
    assert_eq!(refused(&[MOD, a], "example.org/other/cat"), RefusedKind::Unsupported);
    assert_eq!(refused(&[MOD, a], "example.com/m/do-g"), RefusedKind::BadName);
    assert_eq!(refused(&[MOD, a, ("in/go.mod", "module example.com/in\n")], "example.com/m/in/cat"), RefusedKind::Unsupported);
    assert_eq!(refused(&[MOD, ("cat/a.go", "package $0other\n")], "example.com/m/dog"), RefusedKind::Unsupported);
    assert_eq!(refused(&[MOD, ("cat/a.go", "package $0main\n")], "dog"), RefusedKind::Unsupported);
    assert_eq!(breaks(&[MOD, a, user], "example.com/m/x/internal/cat").0, ConflictKind::BrokenContract);
    assert_eq!(breaks(&[MOD, a, ("dog/d.go", "package dog\n")], "dog").0, ConflictKind::FileNameTaken);
}

#[test]
fn a_moved_folder_takes_its_imports_along() {
    let a = ("lib/a/a.go", "package a\n\nimport \"example.com/m/lib/b\"\n\nvar _ = b.X\n");
    let b = ("lib/b/b.go", "package b\n\nvar X int\n");
    let user = ("main.go", "package main\n\nimport (\n\t\"example.com/m/lib/a\"\n\t\"example.com/m/library\"\n)\n");
    let module = ("go.mod", "module example.com/m\n\nreplace example.org/b => ./lib/b\n");
    let (after, proposal) = moved(&[module, a, b, user], &[("lib", "kit/lib")]);
    assert_eq!(proposal.breaking(), None);
    assert!(after["kit/lib/a/a.go"].contains("\"example.com/m/kit/lib/b\""), "{after:?}");
    assert!(after["main.go"].contains("\"example.com/m/kit/lib/a\"\n\t\"example.com/m/library\""), "{after:?}");
    assert!(after["go.mod"].ends_with("=> ./kit/lib/b\n"), "{after:?}");
}

#[test]
fn a_module_that_moves_keeps_its_paths() {
    let files = [
        ("m/go.mod", "module example.com/m\n"),
        ("m/a/a.go", "package a\n"),
        ("m/b.go", "package m\n\nimport \"example.com/m/a\"\n"),
        ("go.work", "use ./m\n"),
    ];
    let (after, _) = moved(&files, &[("m", "n")]);
    assert_eq!((after["n/b.go"].as_str(), after["go.work"].as_str()), (files[2].1, "use ./n\n"));
}

#[test]
fn a_file_that_leaves_its_package_is_told() {
    let (after, proposal) =
        moved(&[MOD, ("a/a.go", "package a\n"), ("a/b.go", "package a\n"), ("c/c.go", "package c\n")], &[("a/b.go", "c/b.go")]);
    assert_eq!(after["c/b.go"], "package c\n");
    assert_eq!(proposal.conflicts.iter().map(|conflict| conflict.kind).collect::<Vec<_>>(), [ConflictKind::Unreadable]);
}

#[test]
fn references_of_a_package_are_its_clauses_imports_and_uses() {
    let a = ("cat/a.go", "package $0cat\n");
    let user = ("b/b.go", "package b\n\nimport \"example.com/m/cat\"\n\nvar _ = cat.X\n");
    let found = found(&[MOD, a, user]);
    assert_eq!((found.kind.as_str(), found.occurrences.len()), ("package", 3));
}
