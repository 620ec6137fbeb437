//! What would start a dev server, for a starter of each framework and for projects in which several could be meant.

use std::collections::BTreeMap;

use lectern_survey::{Certainty, Command, Found, dev_servers};

type Files = BTreeMap<String, String>;

struct Fixture {
    id: String,
    folder: String,
    command: String,
    files: Files,
}

/// `== id | folder | command`, then `-- path` and the file's text.
fn fixtures(text: &str) -> Vec<Fixture> {
    let mut all: Vec<Fixture> = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("== ") {
            let mut parts = head.split('|').map(|part| part.trim().to_owned());
            let mut part = || parts.next().expect("three parts");
            all.push(Fixture { id: part(), folder: part(), command: part(), files: Files::new() });
            open = None;
        } else if let Some(path) = line.strip_prefix("-- ") {
            all.last_mut().expect("a head first").files.insert(path.to_owned(), String::new());
            open = Some(path.to_owned());
        } else if let Some(path) = &open {
            let text = all.last_mut().expect("a head first").files.get_mut(path).expect("just put there");
            text.push_str(line);
            text.push('\n');
        }
    }
    all
}

fn files(all: &[(&str, &str)]) -> Files {
    all.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn found(files: &Files) -> Found {
    let paths: Vec<&String> = files.keys().collect();
    dev_servers(&paths, &|path| files.get(path).map(|text| text.clone().into_bytes()))
}

fn first(all: &[(&str, &str)]) -> Command {
    found(&files(all)).commands.into_iter().next().expect("a command")
}

fn npm(script: &str, dependency: &str) -> String {
    format!(r#"{{"scripts":{{"dev":{}}},"devDependencies":{{"{dependency}":"1"}}}}"#, serde_json::to_string(script).expect("text"))
}

#[test]
fn the_first_command_is_the_one_that_is_meant() {
    let sets = [
        ("JavaScript", include_str!("dev_servers_fixtures/javascript.txt")),
        ("others", include_str!("dev_servers_fixtures/others.txt")),
        ("hard cases", include_str!("dev_servers_fixtures/hard.txt")),
    ];
    let (mut right, mut total) = (0, 0);
    let mut ids = std::collections::BTreeSet::new();
    let mut wrong = String::new();
    for (set, text) in sets {
        let (mut right_here, all) = (0, fixtures(text));
        for fixture in &all {
            let found = found(&fixture.files);
            let told = found.commands.first().map_or_else(String::new, |one| format!("{} | {} | {}", one.id, one.folder, one.shown));
            let wanted = format!("{} | {} | {}", fixture.id, fixture.folder, fixture.command);
            ids.insert(fixture.id.clone());
            if told == wanted {
                right_here += 1;
            } else {
                wrong.push_str(&format!("  wanted {wanted}\n     got {told}\n"));
            }
        }
        println!("{set}: {right_here} of {}", all.len());
        right += right_here;
        total += all.len();
    }
    println!("top-1 accuracy {right} of {total}, {} frameworks\n{wrong}", ids.len());
    assert!(total >= 120 && right * 100 >= total * 95, "top-1 accuracy {right} of {total}\n{wrong}");
}

#[test]
fn a_command_says_why_where_and_what_comes_first() {
    let all = files(&[
        (
            "web/package.json",
            "{\n  \"name\": \"dev\",\n  \"scripts\": {\n    \"build\": \"vite build\",\n    \"dev\": \"vite\"\n  },\n  \"devDependencies\": { \"vite\": \"7\" }\n}\n",
        ),
        ("web/package-lock.json", ""),
        ("web/vite.config.ts", ""),
        ("web/.npmrc", ""),
    ]);
    let told = found(&all).commands.remove(0);
    assert_eq!(told.argv, ["npm", "run", "dev"]);
    assert_eq!((told.shown.as_str(), told.folder.as_str(), told.framework.as_str()), ("npm run dev", "web", "Vite"));
    assert_eq!((told.path.as_deref(), told.line, told.script.as_deref()), (Some("web/package.json"), Some(5), Some("vite")));
    assert_eq!((told.certainty, told.port), (Certainty::Sure, Some(5173)));
    assert_eq!(told.reason, "web/package.json has the script dev and depends on vite");
    assert_eq!(told.first.as_deref(), Some("Run `npm install` in web/"));
    assert_eq!(told.at_port(41_900), ["npm", "run", "dev", "--", "--port", "41900", "--strictPort", "--host", "127.0.0.1"]);
    assert_eq!(told.defining_files, ["web/package.json", "web/package-lock.json", "web/.npmrc", "web/vite.config.ts"]);
}

#[test]
fn each_package_manager_passes_arguments_on_in_its_way() {
    for (lock, argv) in [
        ("package-lock.json", "npm run dev -- -p 5000 -H 127.0.0.1"),
        ("pnpm-lock.yaml", "pnpm run dev -p 5000 -H 127.0.0.1"),
        ("yarn.lock", "yarn run dev -p 5000 -H 127.0.0.1"),
        ("bun.lockb", "bun run dev -p 5000 -H 127.0.0.1"),
    ] {
        let told = first(&[("package.json", &npm("next dev", "next")), (lock, "")]);
        assert_eq!(told.at_port(5000).join(" "), argv);
    }
    let named = r#"{"packageManager":"pnpm@9.1.0","scripts":{"dev":"next dev"},"dependencies":{"next":"1"}}"#;
    assert_eq!(first(&[("package.json", named), ("package-lock.json", "")]).argv[0], "pnpm", "the field is stronger than a lock file");
}

#[test]
fn a_port_is_only_passed_where_it_reaches_the_server() {
    for (script, passed) in [
        ("vite", true),
        ("tsc && vite", true),
        ("vite --open", true),
        ("vite && echo done", false),
        ("vite | tee log", false),
        ("vite & node api.js", false),
        ("vite --port 3000", false),
        ("concurrently vite \"node api.js\"", false),
        ("vite > log", false),
        ("vite # here", false),
    ] {
        let told = first(&[("package.json", &npm(script, "vite"))]);
        assert_eq!((told.id, told.port_args.is_some()), ("vite", passed), "{script}");
    }
    let fixed = first(&[("package.json", &npm("vite --port=3000", "vite"))]);
    assert_eq!((fixed.port, fixed.at_port(9)), (Some(3000), vec!["npm".into(), "run".into(), "dev".into()]));
    let told = first(&[("package.json", &npm("react-scripts start", "react-scripts"))]);
    assert_eq!(told.port_args, None, "it only takes PORT");
    let hosted = first(&[("package.json", &npm("vite --host 0.0.0.0", "vite"))]);
    assert_eq!(hosted.at_port(9)[3..], ["--", "--port", "9", "--strictPort"], "a host is not given twice");
}

#[test]
fn other_stacks_take_their_port_their_own_way() {
    let django = first(&[("manage.py", "django")]);
    assert_eq!(django.at_port(41_800).join(" "), "python3 manage.py runserver 127.0.0.1:41800");
    let boot = first(&[("pom.xml", "spring-boot"), ("mvnw", "")]);
    assert_eq!(boot.env_at_port(7), [("SERVER_PORT".to_owned(), "7".to_owned())]);
    let php = first(&[("index.php", "<?php")]);
    assert_eq!(php.at_port(7).join(" "), "php -S 127.0.0.1:8000 -S 127.0.0.1:7");
    let hugo = first(&[("hugo.toml", "")]);
    assert_eq!(hugo.at_port(7).join(" "), "hugo server --port 7 --bind 127.0.0.1");
}

#[test]
fn what_is_installed_need_not_be_installed_first() {
    let package = npm("vite", "vite");
    let mut all = files(&[("apps/web/package.json", &package), ("package.json", "{}"), ("pnpm-lock.yaml", "")]);
    assert_eq!(found(&all).commands[0].first.as_deref(), Some("Run `pnpm install`"));
    let paths: Vec<String> = all.keys().cloned().collect();
    // It is on the disk, though not among the paths.
    all.insert("node_modules/vite/package.json".into(), "{}".into());
    let told = dev_servers(&paths, &|path| all.get(path).map(|text| text.clone().into_bytes()));
    assert_eq!(told.commands[0].first, None);
    let flask = [("app.py", "Flask("), ("requirements.txt", "flask"), (".venv/pyvenv.cfg", "")];
    assert_eq!(found(&files(&flask[..2])).commands[0].first.as_deref(), Some("Run `pip install -r requirements.txt`"));
    if !cfg!(windows) {
        let told = first(&flask);
        assert_eq!((told.shown.as_str(), told.first), (".venv/bin/python -m flask --app app run --debug", None));
    }
}

#[test]
fn scripts_for_something_else_are_never_offered() {
    let package = r#"{"scripts":{"build":"vite build","test":"vite","test:dev":"vite dev","dev:build":"vite","start:prod":"vite","preview":"vite preview",
        "lint":"eslint","predev":"vite","serve":"vite preview","dev":"vite"},"devDependencies":{"vite":"7"}}"#;
    let told: Vec<_> = found(&files(&[("package.json", package)])).commands.into_iter().map(|one| one.shown).collect();
    assert_eq!(told, ["npm run dev"]);
}

#[test]
fn a_script_that_only_runs_others_is_named_as_such() {
    let turbo = first(&[("package.json", r#"{"scripts":{"dev":"turbo run dev"}}"#)]);
    assert_eq!((turbo.framework.as_str(), turbo.certainty), ("Scripts by Turborepo", Certainty::Possible));
    let both =
        r#"{"scripts":{"dev":"concurrently \"npm:dev:*\"","dev:api":"node api.js","dev:web":"vite"},"devDependencies":{"vite":"7"}}"#;
    let all = found(&files(&[("package.json", both)])).commands;
    assert_eq!((all[0].framework.as_str(), all[0].shown.as_str()), ("Vite by concurrently", "npm run dev"));
    assert_eq!(all[0].reason, "the script dev of package.json only runs others, by concurrently, among them Vite");
    assert_eq!((all[1].framework.as_str(), all[1].shown.as_str()), ("Vite", "npm run dev:web"));
    // They run each other for ever.
    let ring = r#"{"scripts":{"dev":"npm run start","start":"npm run serve","serve":"npm run dev"}}"#;
    assert!(found(&files(&[("package.json", ring)])).commands.len() <= 3);
}

#[test]
fn several_packages_are_all_listed() {
    let vite = npm("vite", "vite");
    let all = files(&[
        ("apps/admin/package.json", &vite),
        ("apps/web/package.json", &vite),
        ("examples/a/package.json", &vite),
        ("docs/package.json", &npm("vitepress dev", "vitepress")),
    ]);
    let told: Vec<_> = found(&all).commands.into_iter().map(|one| one.folder).collect();
    assert_eq!(told, ["apps/web", "apps/admin", "docs", "examples/a"]);
}
