//! Hostile projects cost bounded time, are never misread, and what is shown of them is what runs.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use lectern_survey::{Found, MOST_COMMANDS, Unreadable, dev_servers, read_shown, shown};
use proptest::{collection::vec, prelude::*};

fn found(all: &[(&str, &[u8])]) -> Found {
    let paths: Vec<_> = all.iter().map(|(path, _)| *path).collect();
    dev_servers(&paths, &|path| all.iter().find(|(other, _)| *other == path).map(|(_, bytes)| bytes.to_vec()))
}

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn what_one_reads_is_what_runs() {
    for (words, line) in [
        (&["npm", "run", "dev"][..], "npm run dev"),
        (&["npm", "run", "a b"], "npm run 'a b'"),
        (&["npm", "run", "it's"], r"npm run 'it'\''s'"),
        (&["npm", "run", "dev; rm -rf ~"], "npm run 'dev; rm -rf ~'"),
        (&["npm", "run", "$(id)"], "npm run '$(id)'"),
        (&["npm", "run", ""], "npm run ''"),
        (&["npm", "run", "a\nb"], r"npm run $'a\nb'"),
        (&["npm", "run", "dev\u{202e}ved"], r"npm run $'dev\u202eved'"),
        (&["npm", "run", "d\u{200b}ev"], r"npm run $'d\u200bev'"),
        (&["npm", "run", "a\u{a0}b"], r"npm run $'a\u00a0b'"),
        (&["npm", "run", "\u{1b}[2Kdev"], r"npm run $'\u001b[2Kdev'"),
        (&["npm", "run", "\u{e0041}"], r"npm run $'\U000e0041'"),
    ] {
        assert_eq!(shown(&argv(words)), line);
        assert_eq!(read_shown(line), Ok(argv(words)));
    }
    for (line, problem) in [
        ("npm run dev | tee x", Unreadable::NeedsShell),
        ("npm run $HOME", Unreadable::NeedsShell),
        ("a && b", Unreadable::NeedsShell),
        ("a 'b", Unreadable::OpenQuote),
        (r"a $'\q'", Unreadable::BadEscape),
        ("  ", Unreadable::Empty),
        ("''", Unreadable::Empty),
    ] {
        assert_eq!(read_shown(line), Err(problem), "{line}");
    }
    assert_eq!(read_shown(r#"npm run "a b" c\ d --x="y z""#), Ok(argv(&["npm", "run", "a b", "c d", "--x=y z"])));
}

#[test]
fn bash_reads_what_is_shown_as_it_is_meant() {
    let words = argv(&["a b", "it's", "a\nb\t", "dev\u{202e}ved", "$(id) `x` \\ \"", "", "#no", "~", "*", "{a,b}", "\u{e0041}\u{7f}"]);
    let line = shown(&words);
    let Ok(told) = std::process::Command::new("bash").env("LC_ALL", "C.UTF-8").args(["-c", &format!("printf '%s\\0' {line}")]).output()
    else {
        return;
    };
    let told = String::from_utf8(told.stdout).expect("UTF-8");
    assert_eq!(told.strip_suffix('\0').expect("the last end").split('\0').collect::<Vec<_>>(), words);
}

#[test]
fn a_script_hides_nothing() {
    let package = "{\"scripts\":{\"dev\\u202e\\nx:dev\":\"vite \\u202e \\n && curl evil\"},\"devDependencies\":{\"vite\":\"7\"}}";
    let told = found(&[("package.json", package.as_bytes())]).commands.remove(0);
    assert_eq!(told.script.as_deref(), Some(r"vite \u202e \n && curl evil"));
    assert_eq!(told.shown, r"npm run $'dev\u202e\nx:dev'");
    assert!(told.reason.contains(r"dev\u202e\nx:dev") && !told.reason.contains('\u{202e}'));
    let long = format!("vite {} && curl evil", " ".repeat(6000));
    let told = found(&[("package.json", format!("{{\"scripts\":{{\"dev\":\"{long}\"}}}}").as_bytes())]).commands.remove(0);
    assert!(told.script.is_some_and(|text| text.ends_with("… (2018 more characters)")));
}

#[test]
fn a_script_cannot_pass_as_an_option() {
    let package = br#"{"scripts":{"--script-shell=./evil":"vite","-x:dev":"vite"},"devDependencies":{"next":"1"}}"#;
    let told = found(&[("package.json", package)]);
    assert!(told.commands.iter().all(|one| one.shown == "npx --no-install next dev"), "{told:?}");
}

#[test]
fn wrong_types_and_deep_nesting_are_no_project() {
    let deep = format!("{{\"scripts\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let texts = [
        "",
        "[]",
        "null",
        "{",
        "{\"scripts\":[]}",
        "{\"scripts\":{\"dev\":1}}",
        "{\"scripts\":\"dev\",\"dependencies\":7}",
        "{\"packageManager\":{}}",
        &deep,
    ];
    for name in ["package.json", "deno.json", "composer.json", "Cargo.toml", "nx.json", "project.json", "mix.exs", "book.toml"] {
        for text in texts {
            assert!(found(&[(name, text.as_bytes()), ("nx.json", b"{")]).commands.len() <= 2);
        }
    }
    assert!(found(&[("package.json", b"\xff\xfe\x00{\x80")]).commands.is_empty());
}

#[test]
fn large_files_are_not_looked_into() {
    let large = format!("{{\"scripts\":{{\"dev\":\"vite\"}},\"x\":\"{}\"}}", "x".repeat(50 * 1024 * 1024));
    let from = Instant::now();
    assert!(found(&[("package.json", large.as_bytes())]).commands.is_empty());
    assert!(from.elapsed() < Duration::from_secs(3));
}

#[test]
fn ten_thousand_scripts_and_packages_stay_bounded() {
    let scripts: Vec<_> = (0..10_000).map(|at| format!("\"dev:{at}\":\"npm-run-all dev:* && vite\"")).collect();
    let package = format!("{{\"scripts\":{{{},\"dev\":\"vite\"}},\"devDependencies\":{{\"vite\":\"7\"}}}}", scripts.join(","));
    let paths: Vec<_> = (0..10_000).map(|at| format!("packages/p{at}/package.json")).chain(["package.json".to_owned()]).collect();
    let reads = Cell::new(0);
    let from = Instant::now();
    let told = dev_servers(&paths, &|path| {
        reads.set(reads.get() + 1);
        path.ends_with("package.json")
            .then(|| if path == "package.json" { package.clone() } else { "{\"scripts\":{\"dev\":\"vite\"}}".to_owned() }.into_bytes())
    });
    assert_eq!((told.commands.len(), told.commands[0].shown.as_str()), (MOST_COMMANDS, "npm run dev"));
    assert!(reads.get() <= 900, "{} reads", reads.get());
    assert!(from.elapsed() < Duration::from_secs(10), "{:?}", from.elapsed());
}

#[test]
fn scripts_that_name_each_other_end() {
    let scripts: Vec<_> = (0..60).map(|at| format!("\"dev:{at}\":\"npm-run-all dev:*\"")).collect();
    let package = format!("{{\"scripts\":{{{}}}}}", scripts.join(","));
    let from = Instant::now();
    found(&[("package.json", package.as_bytes())]);
    assert!(from.elapsed() < Duration::from_secs(5), "{:?}", from.elapsed());
}

/// Prints the time for the paths of a folder: `LECTERN_MEASURE=/folder cargo nextest run -p lectern-survey measured --no-capture`.
#[test]
fn measured() {
    let Some(root) = std::env::var_os("LECTERN_MEASURE").map(std::path::PathBuf::from) else { return };
    let mut paths = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.ends_with(".git") {
            } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(path);
            } else if let Some(path) = path.strip_prefix(&root).ok().and_then(|path| path.to_str()) {
                paths.push(path.to_owned());
            }
        }
    }
    for _ in 0..5 {
        let reads = Cell::new(0);
        let from = Instant::now();
        let told = dev_servers(&paths, &|path| {
            reads.set(reads.get() + 1);
            std::fs::read(root.join(path)).ok()
        });
        let time = from.elapsed();
        println!(
            "{} paths: {time:?}, {} reads, {} commands, {} folders",
            paths.len(),
            reads.get(),
            told.commands.len(),
            told.folders.len()
        );
    }
    let told = dev_servers(&paths, &|path| std::fs::read(root.join(path)).ok());
    for one in &told.commands {
        println!("{:?} {} in {:?}: {}: {}", one.certainty, one.shown, one.folder, one.framework, one.reason);
    }
    for one in &told.folders {
        println!("{:?}: {}, {:?} files", one.folder, one.reason, one.files);
    }
    let many: Vec<String> = (0..20).flat_map(|at| paths.iter().map(move |path| format!("part{at}/{path}"))).take(1_000_000).collect();
    let from = Instant::now();
    dev_servers(&many, &|_| None);
    println!("{} paths: {:?}", many.len(), from.elapsed());
}

fn script() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("vite".to_owned()),
        Just("next dev".to_owned()),
        Just("npm run".to_owned()),
        Just("dev".to_owned()),
        Just("&&".to_owned()),
        Just("npx".to_owned()),
        Just("concurrently".to_owned()),
        Just("'".to_owned()),
        Just("\"npm:*\"".to_owned()),
        Just("--port".to_owned()),
        Just("-p3".to_owned()),
        Just("cd x;".to_owned()),
        "\\PC{0,6}",
        any::<String>(),
    ];
    vec(word, 0..8).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shown_is_taken_apart_to_what_it_was(program in "[a-zé' \\PC]{1,8}", rest in vec(any::<String>(), 0..6)) {
        let words: Vec<String> = std::iter::once(program).chain(rest).collect();
        let line = shown(&words);
        let hidden = line.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
        prop_assert!(!hidden);
        prop_assert_eq!(read_shown(&line), Ok(words));
    }

    #[test]
    fn any_line_is_taken_apart_or_refused(line in any::<String>()) {
        if let Ok(words) = read_shown(&line) {
            prop_assert_eq!(read_shown(&shown(&words)), Ok(words));
        }
    }

    #[test]
    fn no_project_panics_and_what_comes_out_is_bounded(
        scripts in vec(("[a-z:*]{0,6}|dev|start|\\PC{0,4}", script()), 0..12),
        dependencies in vec("vite|next|nuxt|express|[@/a-z]{0,8}", 0..5),
        files in vec(("(web/|apps/x/|\\PC{0,4}/)?(manage\\.py|main\\.go|app\\.py|Cargo\\.toml|Gemfile|index\\.html|deno\\.json|hugo\\.toml|nx\\.json|project\\.json|\\PC{0,8})", vec(any::<u8>(), 0..200)), 0..10),
        folder in "(web/)?",
    ) {
        let mut fields = serde_json::Map::new();
        fields.insert("scripts".into(), scripts.into_iter().map(|(name, text)| (name, text.into())).collect::<serde_json::Map<_, _>>().into());
        fields.insert("dependencies".into(), dependencies.into_iter().map(|name| (name, "1".into())).collect::<serde_json::Map<_, _>>().into());
        let package = serde_json::to_vec(&fields).expect("it is JSON");
        let mut all = files;
        all.push((format!("{folder}package.json"), package));
        let paths: Vec<_> = all.iter().map(|(path, _)| path.clone()).collect();
        let told = dev_servers(&paths, &|path| all.iter().find(|(other, _)| other == path).map(|(_, bytes)| bytes.clone()));
        prop_assert!(told.commands.len() <= MOST_COMMANDS && !told.folders.is_empty() && told.folders.len() <= 24);
        for one in &told.commands {
            prop_assert_eq!(read_shown(&one.shown), Ok(one.argv.clone()));
            prop_assert!(!one.argv[0].is_empty() && one.defining_files.len() <= 60);
            let start = if one.folder.is_empty() { String::new() } else { one.folder.clone() + "/" };
            prop_assert!(paths.iter().any(|path| path.starts_with(&start)));
            let texts = [Some(&one.reason), one.script.as_ref(), one.first.as_ref()];
            prop_assert!(!texts.into_iter().flatten().any(|text| text.chars().any(char::is_control)));
        }
    }
}
