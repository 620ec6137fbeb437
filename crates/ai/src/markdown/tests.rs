//! Markdown of pages: readable, and harmless whoever wrote what is in it.

use comrak::{
    Arena, Options,
    nodes::{AstNode, NodeValue},
    parse_document,
};

use super::*;
use crate::{BriefSymbol, Checks, DiagramEdge, DiagramNode, Run, Subject, Writer};

const HOSTILE: [&str; 16] = [
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x.png>",
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "https://evil.example www.evil.example me@evil.example mailto:me@evil.example",
    "(https://evil.example) \"www.evil.example\"",
    "<https://evil.example>",
    "`code` ``` fence",
    "```\n# heading\n```",
    "[^1]: https://evil.example",
    "[x]: https://evil.example",
    "&lt;b&gt; &#x3c;b&#x3e;",
    "~~~\n<b>\n~~~",
    "| a | b |\n|---|---|\n| <b> | c |",
    "\\[x\\](https://evil.example) \\<b>",
    "---\n- item\n1. item\n> quote\n\tcode $math$ :smile: @me #1",
];

fn brief(signature: &str) -> BriefSymbol {
    let words = signature.to_owned();
    BriefSymbol { name: words.clone(), kind: "function".into(), signature: words.clone(), says: words, public: true, citation: 1 }
}

fn page_of(words: &str) -> Page {
    let prose = Prose {
        slot: "overview".into(),
        state: ProseState::Written,
        sentences: vec![
            Sentence {
                parts: vec![Part::Text { text: words.into() }, Part::Name { text: words.into(), citation: Some(1) }],
                citations: vec![1],
                accepted: false,
                removed: false,
            },
            Sentence {
                parts: vec![Part::Text { text: format!("So {words}") }, Part::Unknown { text: words.into() }],
                citations: vec![],
                accepted: false,
                removed: false,
            },
        ],
    };
    let symbol = SymbolFacts {
        name: words.into(),
        kind: "function".into(),
        signature: words.into(),
        doc: Some(words.into()),
        public: true,
        citation: 1,
        used_by: vec![Use { name: words.into(), citation: 2 }],
        more_used_by: 3,
        uses: vec![],
        more_uses: 0,
        prose: Some(prose.clone()),
    };
    let node =
        |at: u16| DiagramNode { label: words.into(), x: f32::from(at), y: 0.0, width: 10.0, height: 10.0, focus: false, citation: Some(1) };
    let diagram = Diagram {
        caption: words.into(),
        width: 9.0,
        height: 9.0,
        nodes: vec![node(0), node(1)],
        edges: vec![DiagramEdge { from: 0, to: 1, points: vec![], weight: 1 }],
    };
    let blocks = vec![
        Block::Prose(prose.clone()),
        Block::Quote { text: words.into(), citation: 1 },
        Block::Symbols { symbols: vec![symbol] },
        Block::Brief { symbols: vec![brief(words)] },
        Block::List {
            caption: words.into(),
            items: vec![ListItem { term: words.into(), text: words.into(), citation: Some(2), prose: Some(prose) }],
            more: 2,
        },
        Block::Code { text: words.into(), citation: 2 },
        Block::Diagram(diagram),
        Block::Note { text: words.into() },
    ];
    let citation = |id, line| Citation {
        id,
        path: words.replace('\n', " "),
        line_start: line,
        line_end: line + 5,
        object: "0".repeat(64),
        version: 12,
    };
    Page {
        format: 1,
        title: words.into(),
        subject: Subject::File { path: words.into() },
        manifest_id: "m".into(),
        version: 12,
        writer: Some(Writer { model: words.into(), endpoint: Some(words.into()) }),
        sections: vec![Section { id: "overview".into(), title: words.into(), level: 2, blocks }],
        citations: vec![citation(1, 10), citation(2, 30)],
        files_read: 1,
        checks: Checks { sentences: 2, cited: 1, uncited: 1, ..Checks::default() },
        run: Run::default(),
    }
}

/// What other renderers may do: everything that the parser knows is switched on.
fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    (extension.autolink, extension.strikethrough, extension.table, extension.footnotes, extension.tasklist) =
        (true, true, true, true, true);
    (extension.spoiler, extension.math_dollars, extension.math_code) = (true, true, true);
    options
}

fn links<'a>(node: &'a AstNode<'a>, found: &mut Vec<String>) {
    match &node.data.borrow().value {
        NodeValue::Link(link) => found.push(format!("link to {}", link.url)),
        NodeValue::Image(image) => found.push(format!("image of {}", image.url)),
        NodeValue::HtmlBlock(html) => found.push(format!("HTML {}", html.literal)),
        NodeValue::HtmlInline(html) => found.push(format!("HTML {html}")),
        NodeValue::Math(_) | NodeValue::Table(_) | NodeValue::ThematicBreak => found.push("a table, a rule or a formula".into()),
        _ => {}
    }
    node.children().for_each(|child| links(child, found));
}

#[test]
fn nothing_of_a_page_becomes_a_link_an_image_or_html() {
    for words in HOSTILE {
        let page = page_of(words);
        for (file, markdown) in
            [("alone".to_owned(), to_markdown(&page).into_bytes())].into_iter().chain(docs_site(std::slice::from_ref(&page)))
        {
            let markdown = String::from_utf8(markdown).expect("text");
            let arena = Arena::new();
            let mut found = Vec::new();
            links(parse_document(&arena, &markdown, &options()), &mut found);
            found.retain(|found| !(file == "index.md" && found.starts_with("link to files/")));
            assert_eq!(found, [""; 0], "{words:?} in {file}:\n{markdown}");
        }
    }
}

#[test]
fn a_page_reads_well() {
    let mut page = page_of("plan");
    page.title = "How ferry syncs".into();
    page.writer = Some(Writer { model: "SmolLM2 135M".into(), endpoint: None });
    if let Block::Prose(prose) = &mut page.sections[0].blocks[0] {
        prose.sentences[0].parts =
            vec![Part::Name { text: "plan".into(), citation: Some(1) }, Part::Text { text: " compares a folder (1 * 2).".into() }];
        prose.sentences[1].parts =
            vec![Part::Text { text: "It calls ".into() }, Part::Unknown { text: "made_up".into() }, Part::Text { text: ".".into() }];
    }
    insta::assert_snapshot!(to_markdown(&page));
}

/// The code of a tree, as a reader sees it.
fn codes<'a>(node: &'a AstNode<'a>, found: &mut Vec<String>) {
    match &node.data.borrow().value {
        NodeValue::Code(code) => found.push(code.literal.clone()),
        NodeValue::CodeBlock(block) => found.push(block.literal.trim_end_matches('\n').to_owned()),
        _ => {}
    }
    node.children().for_each(|child| codes(child, found));
}

#[test]
fn a_definition_with_a_line_keeps_its_signature_to_the_letter() {
    for signature in [
        "pub fn plan(&self) -> SyncPlan",
        "pub fn plan(\n    &self,\n\n    store: &Store,\n) -> SyncPlan",
        "type A = 'a' | `b${string}`",
        "fn ``` (a: &'a [u8])",
        "def f(x: str = '```'):",
    ] {
        let mut page = page_of("plan");
        page.sections[0].blocks = vec![Block::Brief { symbols: vec![brief("first"), brief(signature), brief("last")] }];
        let markdown = to_markdown(&page);
        let arena = Arena::new();
        let mut found = Vec::new();
        codes(parse_document(&arena, &markdown, &options()), &mut found);
        assert!(found.iter().any(|code| code == signature), "{signature:?} is not among {found:?}:\n{markdown}");
        assert!(markdown.contains("- `last` (function, lines 10-15): `last`\n  last\n"), "{markdown}");
        assert!(!markdown.contains("[^1]"), "its place needs no footnote:\n{markdown}");
    }
}

#[test]
fn a_site_has_an_index_and_links_that_lead_somewhere() {
    let mut pages: Vec<Page> = vec![page_of("plan")];
    for (title, subject) in [
        ("Ferry", Subject::Project),
        ("sync", Subject::File { path: "src/sync.rs".into() }),
        ("Sync again", Subject::File { path: "src/Sync.rs".into() }),
        ("up", Subject::Folder { path: "../../etc".into() }),
        ("plan", Subject::Symbol { path: "src/sync.rs".into(), line: 3, name: "plan/..".into() }),
    ] {
        let mut page = page_of("plan");
        page.title = title.into();
        page.subject = subject;
        page.citations[0].path = "src/sync.rs".into();
        pages.push(page);
    }
    let site = docs_site(&pages);
    let names: Vec<&str> = site.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "index.md",
            "files/plan.md",
            "project.md",
            "files/src-sync.rs.md",
            "files/src-Sync.rs-2.md",
            "folders/etc.md",
            "symbols/src-sync.rs/plan.md"
        ]
    );
    let text = |name: &str| {
        site.iter().find(|(each, _)| each == name).map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).expect("a file")
    };
    assert!(text("index.md").contains("*Pages of version 12.*\n\n- [Ferry](<project.md>)\n"), "{}", text("index.md"));
    assert!(text("project.md").contains("[^1]: [`src/sync.rs:10-15@v12`](<files/src-sync.rs.md>)"), "{}", text("project.md"));
    assert!(text("symbols/src-sync.rs/plan.md").contains("(<../../files/src-sync.rs.md>)"));
}

#[test]
fn what_was_taken_out_is_in_no_export() {
    let mut page = page_of("ferries");
    assert!(to_markdown(&page).contains("So ferries"));
    for prose in page.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(crate::checks::proses) {
        prose.sentences[1].removed = true;
    }
    let (markdown, site) = (to_markdown(&page), docs_site(&[page]));
    assert!(!markdown.contains("So ferries") && markdown.contains("ferries"), "{markdown}");
    assert!(site.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("So ferries")));
}

#[test]
fn examples_in_doc_comments_stay_code_and_items_keep_their_lines() {
    let doc = "Matches globs,\nmany of them.\n\n```\nlet a = b(\"*.rs\")?;\n    a.is();\n```\n\nRules::\n\n    class A:\n        pass\n\nThen:\n- one\n- two";
    assert_eq!(
        quote::quoted(doc),
        "> Matches globs,\n> many of them.\n>\n> ```\n> let a = b(\"*.rs\")?;\n>     a.is();\n> ```\n>\n> Rules::\n>\n> ```\n> class A:\n>     pass\n> ```\n>\n\
         > Then:\\\n> \\- one\\\n> \\- two\n"
    );
}

#[test]
fn nothing_is_said_where_there_is_nothing_to_say() {
    let mut page = page_of("plan");
    page.writer = None;
    page.citations.clear();
    let empty = Prose { slot: "overview".into(), state: ProseState::Empty, sentences: vec![] };
    let section = |title: &str, level, blocks| Section { id: title.into(), title: title.into(), level, blocks };
    let note = Block::Note { text: "One.".into() };
    page.sections = vec![
        section("Overview", 2, vec![Block::Prose(empty.clone())]),
        section("Definitions", 2, vec![]),
        section("a.rs", 3, vec![note]),
        section("b.rs", 3, vec![Block::Prose(empty.clone())]),
    ];
    page.title = "Ferry".into();
    assert_eq!(
        to_markdown(&page),
        "# Ferry\n\n*Version 12, no prose: facts from the code only. 1 of 2 sentences have no citation and are marked.*\n\n\
         ## Definitions\n\n### a.rs\n\n*One.*\n\n"
    );
    page.writer = Some(Writer { model: "SmolLM2 135M".into(), endpoint: None });
    assert!(to_markdown(&page).contains("## Overview\n\n*No prose.*\n"), "a model had nothing to say");
}

#[test]
fn a_site_leads_from_a_list_and_a_heading_to_the_page_of_the_file() {
    let file = |path: &str| {
        let mut page = page_of("plan");
        page.subject = Subject::File { path: path.into() };
        page
    };
    let mut project = page_of("plan");
    project.subject = Subject::Project;
    project.citations[0].path = "src/sync.rs".into();
    let item = |term: &str| ListItem { term: term.into(), text: "syncs".into(), citation: Some(1), prose: None };
    let items = vec![item("sync.rs"), item("src/store.rs"), item("elsewhere")];
    let blocks = vec![Block::List { caption: "Files".into(), items, more: 0 }];
    project.sections = vec![Section { id: "file:src/sync.rs".into(), title: "src/sync.rs".into(), level: 3, blocks }];
    let site = docs_site(&[project, file("src/sync.rs"), file("src/store.rs")]);
    let text = String::from_utf8_lossy(&site[1].1).into_owned();
    for wanted in [
        "### [src/sync.rs](<files/src-sync.rs.md>)\n",
        "- [`sync.rs`](<files/src-sync.rs.md>)[^1]: syncs\n",
        "- [`src/store.rs`](<files/src-store.rs.md>)[^1]: syncs\n",
        "- `elsewhere`[^1]: syncs\n",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    let index = String::from_utf8_lossy(&site[0].1).into_owned();
    assert!(index.ends_with("\n## `src/`\n\n- [sync.rs](<files/src-sync.rs.md>)\n- [store.rs](<files/src-store.rs.md>)\n"), "{index}");
}

proptest::proptest! {
    #[test]
    fn any_words_stay_words(words in "([a-z ]|[!-/:-@\\[-`{-~]|\n|https://a\\.b|www\\.a\\.b|a@b\\.c){0,30}") {
        let markdown =
            format!("{}\n\nx {}\n\n{}\n\n{}\n", escape::line(&words), escape::text(&words), escape::code(&words), quote::quoted(&words));
        let arena = Arena::new();
        let mut found = Vec::new();
        links(parse_document(&arena, &markdown, &options()), &mut found);
        proptest::prop_assert!(found.is_empty(), "{:?} in {:?}", found, markdown);
    }
}
