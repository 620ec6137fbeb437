//! Which files test others, which are somebody else's and which a program wrote, by their paths.

/// Whether a file tests others.
pub(super) fn is_test(path: &str) -> bool {
    let mut names = path.split('/').rev();
    let name = names.next().unwrap_or_default();
    let folders = ["test", "tests", "__tests__", "spec", "specs", "testdata", "fixtures", "e2e", "benches", "testing", "__mocks__"];
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let marked = stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem.ends_with(".test")
        || stem.ends_with(".spec")
        || stem.starts_with("test_");
    let is_class = ["java", "kt", "cs", "scala", "php", "swift"].iter().any(|end| name.ends_with(&format!(".{end}")));
    let in_class = is_class && ["Test", "Tests", "IT", "Spec"].iter().any(|end| stem.len() > end.len() && stem.ends_with(end));
    marked
        || in_class
        || stem == "conftest"
        || matches!(name, "tests.rs" | "test.rs")
        || names.any(|folder| folders.contains(&folder))
        || path.starts_with("t/")
}

/// Whether a file is somebody else's.
pub(super) fn is_vendored(path: &str) -> bool {
    let folders = ["vendor", "node_modules", "third_party", "third-party", "thirdparty", "bower_components", "Pods", ".yarn"];
    path.split('/').rev().skip(1).any(|folder| folders.contains(&folder))
}

/// Whether a program wrote a file, by its name.
pub(super) fn is_generated(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends =
        [".pb.go", "_pb2.py", "_pb2_grpc.py", ".g.dart", ".freezed.dart", ".designer.cs", ".min.js", ".min.css", ".lock", "-lock.json"];
    ends.iter().any(|end| name.to_lowercase().ends_with(end))
        || name.contains(".generated.")
        || name == "pnpm-lock.yaml"
        || name == "go.sum"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_their_names_and_folders() {
        for path in [
            "a/tests/b.rs",
            "a_test.go",
            "test_a.py",
            "a.test.ts",
            "x/__tests__/a.js",
            "src/test/java/ATest.java",
            "ATests.cs",
            "t/t0001-init.sh",
            "src/index/tests.rs",
            "spec/a_spec.rb",
        ] {
            assert!(is_test(path), "{path}");
        }
        for path in ["src/testament.rs", "latest.py", "contest.ts", "src/Latest.java", "attest/a.go", "git.c", "protest.cs"] {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn what_others_wrote_is_known_by_its_place() {
        assert!(is_vendored("vendor/a/b.go") && is_vendored("x/node_modules/a.js") && !is_vendored("src/vendor.rs"));
        assert!(is_generated("api/a.pb.go") && is_generated("Cargo.lock") && !is_generated("src/lock.rs"));
    }
}
