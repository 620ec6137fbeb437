//! Pages of a small project, whole, and what holds of every page.

use lectern_llm::Cancel;

use std::collections::BTreeSet;

use super::{Room, skeleton, skeleton_within};
use crate::{
    AiError, Block, BriefSymbol, IndexCache, JobType, Page, ProjectIndex, Subject, SymbolFacts,
    scripted::{Files, SYNC},
};

const FERRY: &[(&str, &[u8])] = &[
    ("Cargo.toml", b"[package]\nname = \"ferry\"\nversion = \"0.2.0\"\n\n[dependencies]\nblake3 = \"1\"\n"),
    ("src/main.rs", b"//! The command line.\n\nmod store;\nmod sync;\n\nfn main() {\n    let mut store = store::Store::default();\n    let plan = sync::plan(&store, &[]);\n    sync::commit(&mut store, plan);\n}\n"),
    ("tests/sync.rs", b"#[test]\nfn nothing_is_planned() {\n    ferry::sync::plan(&todo!(), &[]);\n}\n"),
    ("web/index.ts", b"import { label } from './label';\n\n/** Shows a plan. */\nexport function show(count: number): string {\n  return label(count);\n}\n"),
    ("web/label.ts", b"// Words for numbers.\n\nexport const label = (count: number) => `${count} files`;\n"),
];

fn ferry() -> (Files, ProjectIndex) {
    let version = Files::ferry_with(FERRY);
    let index = version.index();
    (version, index)
}

fn page(job: JobType, subject: &Subject) -> Page {
    let (version, index) = ferry();
    let page = skeleton(&index, &version, job, subject).expect("a page");
    holds(&page, &version, &index);
    page
}

fn symbols(page: &Page) -> impl Iterator<Item = &SymbolFacts> {
    let blocks = page.sections.iter().flat_map(|section| &section.blocks);
    blocks.filter_map(|block| if let Block::Symbols { symbols } = block { Some(symbols) } else { None }).flatten()
}

fn briefs(page: &Page) -> impl Iterator<Item = &BriefSymbol> {
    let blocks = page.sections.iter().flat_map(|section| &section.blocks);
    blocks.filter_map(|block| if let Block::Brief { symbols } = block { Some(symbols) } else { None }).flatten()
}

/// The definitions of a page, each by its file, its lines, its name and its signature; none is there twice.
fn defined<'a>(page: &'a Page) -> BTreeSet<(&'a str, (u32, u32), &'a str, &'a str)> {
    let place = |id: u32| &page.citations[id as usize - 1];
    let at =
        |id: u32, name: &'a str, signature: &'a str| (place(id).path.as_str(), (place(id).line_start, place(id).line_end), name, signature);
    let all = symbols(page).map(|facts| at(facts.citation, &facts.name, &facts.signature));
    let all: Vec<_> = all.chain(briefs(page).map(|brief| at(brief.citation, &brief.name, &brief.signature))).collect();
    let unique: BTreeSet<_> = all.iter().copied().collect();
    assert_eq!(unique.len(), all.len(), "a definition is on a page once");
    assert_eq!(page.checks.symbols as usize, all.len());
    unique
}

/// What others can use of the files beneath a folder that are the project's own and no tests, straight from the index.
fn public<'a>(index: &'a ProjectIndex, folder: &str) -> BTreeSet<(&'a str, (u32, u32), &'a str, &'a str)> {
    let is_own = |file: crate::FileId| !(index[file].is_test || index[file].is_vendored || index[file].is_generated);
    let all = index.symbols().iter().filter(|symbol| symbol.public && is_own(symbol.file) && !symbol.name.starts_with("impl "));
    let all = all.map(|symbol| (index[symbol.file].path.as_str(), symbol.lines, symbol.qualified.as_str(), symbol.signature.as_str()));
    all.filter(|(path, ..)| path.starts_with(folder)).collect()
}

/// What holds of every page: each citation once, in order, of lines that exist and contents that were read; no slot twice; signatures as in the source.
fn holds(page: &Page, version: &dyn crate::Version, index: &ProjectIndex) {
    let ground = crate::Ground { index, version, older: None };
    let mut seen = std::collections::HashSet::new();
    for (at, citation) in page.citations.iter().enumerate() {
        assert_eq!(citation.id as usize, at + 1, "numbers ascend from 1");
        assert!(seen.insert((&citation.path, citation.line_start, citation.line_end)), "{citation:?} is there once");
        assert!(ground.prove(citation).is_some(), "{citation:?} leads to lines");
    }
    for facts in symbols(page) {
        let cited = ground.prove(&page.citations[facts.citation as usize - 1]).expect("lines");
        assert!(cited.replace("\r\n", "\n").contains(&facts.signature.replace("\r\n", "\n")), "{} is not in {cited}", facts.signature);
    }
    for brief in briefs(page) {
        let cited = ground.prove(&page.citations[brief.citation as usize - 1]).expect("lines");
        assert!(cited.replace("\r\n", "\n").contains(&brief.signature.replace("\r\n", "\n")), "{} is not in {cited}", brief.signature);
    }
    let json = serde_json::to_value(page).expect("JSON");
    let (mut slots, mut used) = (Vec::new(), Vec::new());
    each(&json, &mut |name, value| match (name, value) {
        ("slot", value) => slots.extend(value.as_str().map(str::to_owned)),
        ("citation", value) => used.extend(value.as_u64()),
        _ => {}
    });
    let unique: std::collections::HashSet<&String> = slots.iter().collect();
    assert_eq!(unique.len(), slots.len(), "a slot is there once: {slots:?}");
    assert!(used.iter().all(|id| (1..=page.citations.len() as u64).contains(id)), "no number leads nowhere");
    assert!(page.citations.iter().all(|citation| used.contains(&u64::from(citation.id))), "no citation is there for nothing");
}

fn each(value: &serde_json::Value, told: &mut impl FnMut(&str, &serde_json::Value)) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                told(name, value);
                each(value, told);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| each(item, told)),
        _ => {}
    }
}

/// The page as a reader sees it.
fn shown(page: &Page) -> String {
    let mut text = format!("# {} ({} files read, {} symbols)\n", page.title, page.files_read, page.checks.symbols);
    let at = |id: u32| {
        let citation = &page.citations[id as usize - 1];
        format!("[{id} {}:{}-{}]", citation.path, citation.line_start, citation.line_end)
    };
    for section in &page.sections {
        text += &format!("\n{} {} ({})\n", "#".repeat(section.level as usize), section.title, section.id);
        for block in &section.blocks {
            match block {
                Block::Prose(prose) => text += &format!("<{}>\n", prose.slot),
                Block::Quote { text: quote, citation } => text += &format!("> {} {}\n", quote.replace('\n', "\n> "), at(*citation)),
                Block::Note { text: note } => text += &format!("! {note}\n"),
                Block::Code { text: code, citation } => text += &format!("```\n{code}\n``` {}\n", at(*citation)),
                Block::Diagram(diagram) => {
                    let labels: Vec<&str> = diagram.nodes.iter().map(|node| node.label.as_str()).collect();
                    let arrow = |edge: &crate::DiagramEdge| format!("{} → {}", labels[edge.from as usize], labels[edge.to as usize]);
                    let arrows: Vec<String> = diagram.edges.iter().map(arrow).collect();
                    text += &format!("({}) {}\n", diagram.caption, arrows.join(", "));
                }
                Block::List { caption, items, more } => {
                    text += &format!("{caption} (+{more}):\n");
                    for item in items {
                        let slot = item.prose.as_ref().map(|prose| format!(" <{}>", prose.slot)).unwrap_or_default();
                        text += &format!(
                            "- {}: {}{}{slot}\n",
                            item.term,
                            item.text,
                            item.citation.map(|id| format!(" {}", at(id))).unwrap_or_default()
                        );
                    }
                }
                Block::Brief { symbols } => {
                    for brief in symbols {
                        let sign = if brief.public { '+' } else { '-' };
                        text +=
                            &format!("{sign} {} {} {}: {} ({})\n", brief.kind, brief.name, at(brief.citation), brief.signature, brief.says);
                    }
                }
                Block::Symbols { symbols } => {
                    for facts in symbols {
                        let sign = if facts.public { '+' } else { '-' };
                        text += &format!(
                            "{sign} {} {} {}\n    {}\n",
                            facts.kind,
                            facts.name,
                            at(facts.citation),
                            facts.signature.replace('\n', "\n    ")
                        );
                        let uses = |caption: &str, all: &[crate::Use], more: u32| {
                            let all: Vec<String> = all.iter().map(|used| format!("{} {}", used.name, at(used.citation))).collect();
                            if all.is_empty() { String::new() } else { format!("    {caption}: {} +{more}\n", all.join(", ")) }
                        };
                        text += &facts.doc.iter().map(|doc| format!("    // {doc}\n")).collect::<String>();
                        text += &uses("used by", &facts.used_by, facts.more_used_by);
                        text += &uses("uses", &facts.uses, facts.more_uses);
                        text += &facts.prose.iter().map(|prose| format!("    <{}>\n", prose.slot)).collect::<String>();
                    }
                }
            }
        }
    }
    text
}

fn file(path: &str) -> Subject {
    Subject::File { path: path.to_owned() }
}

fn symbol(path: &str, line: u32) -> Subject {
    Subject::Symbol { path: path.to_owned(), line, name: String::new() }
}

#[test]
fn the_page_of_a_project() {
    insta::assert_snapshot!(shown(&page(JobType::Docs, &Subject::Project)));
}

#[test]
fn the_page_of_a_folder() {
    insta::assert_snapshot!(shown(&page(JobType::Docs, &Subject::Folder { path: "web".to_owned() })));
}

#[test]
fn the_page_of_a_file() {
    insta::assert_snapshot!(shown(&page(JobType::Docs, &file("src/sync.rs"))));
}

#[test]
fn the_page_of_a_definition() {
    insta::assert_snapshot!(shown(&page(JobType::Docs, &symbol("src/store.rs", 3))));
}

#[test]
fn explanations() {
    let of_file = shown(&page(JobType::Explanation, &file("src/main.rs")));
    let of_symbol = shown(&page(JobType::Explanation, &symbol("src/sync.rs", 13)));
    let selected = Subject::Selection { path: "src/sync.rs".to_owned(), line_start: 13, line_end: 14 };
    let of_lines = shown(&page(JobType::Explanation, &selected));
    insta::assert_snapshot!(format!("{of_file}\n========\n{of_symbol}\n========\n{of_lines}"));
}

#[test]
fn what_is_not_there_has_no_page() {
    let (version, index) = ferry();
    let make = |job, subject: &Subject| skeleton(&index, &version, job, subject).expect_err("no page");
    assert!(matches!(make(JobType::Docs, &file("src/gone.rs")), AiError::NoSuchPath(_)));
    assert!(matches!(make(JobType::Docs, &Subject::Folder { path: "sr".to_owned() }), AiError::NoSuchPath(_)));
    assert!(matches!(make(JobType::Docs, &symbol("src/sync.rs", 2)), AiError::NoSymbol { .. }));
    let lines = |from, to| Subject::Selection { path: "src/sync.rs".to_owned(), line_start: from, line_end: to };
    assert!(matches!(make(JobType::Explanation, &lines(1, 10_000)), AiError::NoSuchLines { .. }));
    assert!(matches!(make(JobType::Explanation, &lines(0, 1)), AiError::NoSuchLines { .. }));
    assert!(matches!(make(JobType::Docs, &lines(1, 2)), AiError::WrongSubject));
    assert!(matches!(make(JobType::Explanation, &Subject::Diff { from: 1, to: 2, path: None }), AiError::WrongSubject));
}

#[test]
fn every_public_definition_of_a_folder_is_on_its_page() {
    let (version, index) = ferry();
    let page = skeleton(&index, &version, JobType::Docs, &Subject::Folder { path: "src".to_owned() }).expect("a page");
    let shown: Vec<&str> = symbols(&page).map(|facts| facts.name.as_str()).collect();
    for name in ["SyncPlan", "SyncPlan::added", "SyncPlan::removed", "plan", "commit", "Store", "Store::forget", "Store::write_head"] {
        assert!(shown.contains(&name), "{name} is not among {shown:?}");
    }
}

#[test]
fn no_public_definition_is_missing_however_little_room_there_is() {
    let (version, index) = ferry();
    for facts in [0, 1, 3, 7, 1_000] {
        for (subject, folder) in [
            (Subject::Project, ""),
            (Subject::Folder { path: "src".to_owned() }, "src/"),
            (Subject::Folder { path: "web".to_owned() }, "web/"),
        ] {
            let room = Room { facts, lines: 1_000 };
            let page = skeleton_within(&index, &version, JobType::Docs, &subject, room).expect("a page");
            holds(&page, &version, &index);
            let wanted = public(&index, folder);
            let shown = defined(&page);
            let missing: Vec<_> = wanted.difference(&shown).collect();
            assert!(!wanted.is_empty() && missing.is_empty(), "with facts of {facts}, {folder} lacks {missing:?}");
            assert_eq!(symbols(&page).count(), shown.len().min(facts));
        }
        for path in ["src/store.rs", "src/sync.rs"] {
            let room = Room { facts, lines: 1_000 };
            let page = skeleton_within(&index, &version, JobType::Docs, &file(path), room).expect("a page");
            holds(&page, &version, &index);
            assert!(public(&index, path).is_subset(&defined(&page)), "with facts of {facts}, {path} lacks some");
        }
    }
}

#[test]
fn what_is_used_most_has_facts_and_what_finds_no_room_is_counted() {
    let (version, index) = ferry();
    let page = skeleton_within(&index, &version, JobType::Docs, &Subject::Project, Room { facts: 2, lines: 3 }).expect("a page");
    holds(&page, &version, &index);
    assert!(!public(&index, "").is_subset(&defined(&page)), "what is missing would be seen");
    let with_facts: Vec<&str> = symbols(&page).map(|facts| facts.name.as_str()).collect();
    let lines: Vec<&str> = briefs(&page).map(|brief| brief.name.as_str()).collect();
    insta::assert_snapshot!(format!("{with_facts:?}\n{lines:?}\n{}", notes(&page, "definitions").join("\n")));
    let whole = skeleton(&index, &version, JobType::Docs, &Subject::Project).expect("a page");
    assert_eq!(notes(&whole, "definitions").len(), 1, "with room for all there is nothing to say but how many");
}

#[test]
fn a_project_of_many_definitions_has_all_of_them_on_its_page() {
    let text = |file: usize| -> String {
        let all = (0..300).map(|at| {
            format!("/// Counts on by a step of file {file}. It has more to say.\npub fn step_{file}_{at}(\n    count: u32,\n) -> u32 {{ count }}\n")
        });
        all.collect()
    };
    let files: Vec<(String, String)> = (0..20).map(|file| (format!("steps/file_{file}.rs"), text(file))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let version = Files::ferry_with(&files);
    let index = version.index();
    let subject = Subject::Folder { path: "steps".to_owned() };
    let page = skeleton(&index, &version, JobType::Docs, &subject).expect("a page");
    assert_eq!(page.checks.symbols, 6_000);
    assert_eq!(defined(&page), public(&index, "steps/"));
    assert_eq!((symbols(&page).count(), briefs(&page).count()), (4_000, 2_000));
    let brief = briefs(&page).next().expect("one");
    assert!(brief.signature.contains("(\n    count: u32,\n) -> u32"), "{brief:?}");
    assert!(brief.says.starts_with("Counts on by a step of file ") && brief.says.ends_with('.'), "{brief:?}");
    let markdown = crate::to_markdown(&page);
    let told: std::collections::HashSet<&str> = markdown.split('`').collect();
    assert!(public(&index, "steps/").iter().all(|(_, _, name, _)| told.contains(name)), "so has its Markdown");
}

fn notes<'a>(page: &'a Page, section: &str) -> Vec<&'a str> {
    let section = page.sections.iter().find(|each| each.id == section).expect("the section");
    section.blocks.iter().filter_map(|block| if let Block::Note { text } = block { Some(text.as_str()) } else { None }).collect()
}

#[test]
fn long_code_is_explained_in_parts_that_leave_nothing_out() {
    let body: String = (0..400).map(|at| if at % 25 == 0 { "\n".to_owned() } else { format!("    step_{at}();\n") }).collect();
    let text = format!("{SYNC}\nfn long() {{\n{body}}}\n");
    let version = Files::ferry_with(&[("src/long.rs", text.as_bytes())]);
    let index = version.index();
    let page = skeleton(&index, &version, JobType::Explanation, &file("src/long.rs")).expect("a page");
    holds(&page, &version, &index);
    let mut next = 1;
    for section in page.sections.iter().filter(|section| section.id.starts_with("part:")) {
        let Some(Block::Code { citation, .. }) = section.blocks.first() else { panic!("a part is code") };
        let lines = &page.citations[*citation as usize - 1];
        assert_eq!(lines.line_start, next, "parts follow one another");
        assert!(lines.line_end - lines.line_start < 60, "and are of a length that can be read: {lines:?}");
        next = lines.line_end + 1;
    }
    assert_eq!(next as usize, text.lines().count() + 1, "to the end");
}

#[test]
fn hostile_files_have_pages_or_say_why_not() {
    let long_line = format!("x = \"{}\"\n", "a".repeat(900_000));
    let deep = format!("{}{}", "(".repeat(200_000), ")".repeat(200_000));
    let many: String = (0..600).map(|at| format!("def f{at}(): pass\n")).collect();
    let large = "# text\n".repeat(200_000);
    let zeros = vec![0_u8; 5000];
    let latin = b"# caf\xe9\ndef caf\xe9(): pass\n";
    let version = Files::ferry_with(&[
        ("a/long.py", long_line.as_bytes()),
        ("a/deep.py", deep.as_bytes()),
        ("a/many.py", many.as_bytes()),
        ("a/large.py", large.as_bytes()),
        ("a/zeros.py", &zeros),
        ("a/latin.py", latin),
        ("a/empty.py", b""),
        ("a/cr.py", b"def a(): pass\r\ndef b(): pass\r\n"),
        ("a/<script>alert(1)<script>.js", b"export const a = 1;\n"),
    ]);
    let index = version.index();
    for subject in [Subject::Project, Subject::Folder { path: "a".to_owned() }] {
        let page = skeleton(&index, &version, JobType::Docs, &subject).expect("a page");
        holds(&page, &version, &index);
        let notes: Vec<&str> = page.sections[0]
            .blocks
            .iter()
            .filter_map(|block| if let Block::Note { text } = block { Some(text.as_str()) } else { None })
            .collect();
        assert!(notes.iter().any(|note| note.contains("1 MiB") && note.contains("a/large.py")), "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("a/long.py")), "{notes:?}");
    }
    for path in ["a/many.py", "a/latin.py", "a/empty.py", "a/cr.py", "a/deep.py", "a/long.py"] {
        for job in [JobType::Docs, JobType::Explanation] {
            let page = skeleton(&index, &version, job, &file(path)).expect("a page");
            holds(&page, &version, &index);
        }
    }
    for path in ["a/large.py", "a/zeros.py"] {
        assert!(matches!(skeleton(&index, &version, JobType::Docs, &file(path)), Err(AiError::Unreadable { .. })), "{path}");
    }
}

#[test]
fn contents_that_were_not_kept_are_said_to_be_missing() {
    let version = Files::ferry();
    version.spoil("src/sync.rs", None);
    let index = version.index();
    let page = skeleton(&index, &version, JobType::Docs, &Subject::Project).expect("a page");
    let notes = format!("{:?}", page.sections[0].blocks);
    assert!(notes.contains("not kept (src/sync.rs)"), "{notes}");
    assert!(matches!(skeleton(&index, &version, JobType::Docs, &file("src/sync.rs")), Err(AiError::Unreadable { .. })));
}

#[test]
fn the_same_version_gives_the_same_page_and_a_cancelled_index_none() {
    let (version, index) = ferry();
    let cache = IndexCache::default();
    let progress = std::sync::atomic::AtomicUsize::new(0);
    let told = |done: usize, total: usize| {
        assert!(done <= total);
        progress.fetch_max(done, std::sync::atomic::Ordering::Relaxed);
    };
    let again = ProjectIndex::build(&version, &cache, &Cancel::new(), &told).expect("an index");
    assert_eq!(progress.into_inner(), index.files().len(), "every file was told of");
    let make = |index: &ProjectIndex| skeleton(index, &version, JobType::Docs, &Subject::Project).expect("a page");
    assert_eq!(make(&index), make(&again));
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(matches!(ProjectIndex::build(&version, &cache, &cancel, &|_, _| {}), Err(AiError::Cancelled)));
}
