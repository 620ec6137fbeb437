//! Markdown of pages: readable, and harmless whoever wrote what is in it.

use comrak::{
    Arena, Options,
    nodes::{AstNode, NodeValue},
    parse_document,
};

use super::*;
use crate::{Checks, DiagramEdge, DiagramNode, Run, Subject, Writer};

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

fn page_of(words: &str) -> Page {
    let prose = Prose {
        slot: "overview".into(),
        state: ProseState::Written,
        sentences: vec![
            Sentence {
                parts: vec![Part::Text { text: words.into() }, Part::Name { text: words.into(), citation: Some(1) }],
                citations: vec![1],
                accepted: false,
            },
            Sentence {
                parts: vec![Part::Text { text: format!("So {words}") }, Part::Unknown { text: words.into() }],
                citations: vec![],
                accepted: false,
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
    assert!(text("index.md").contains("- [Ferry](<project.md>), version 12\n"), "{}", text("index.md"));
    assert!(text("project.md").contains("[^1]: [`src/sync.rs:10-15@v12`](<files/src-sync.rs.md>)"), "{}", text("project.md"));
    assert!(text("symbols/src-sync.rs/plan.md").contains("(<../../files/src-sync.rs.md>)"));
}

proptest::proptest! {
    #[test]
    fn any_words_stay_words(words in "([a-z ]|[!-/:-@\\[-`{-~]|\n|https://a\\.b|www\\.a\\.b|a@b\\.c){0,30}") {
        let markdown = format!("{}\n\nx {}\n\n{}\n", escape::line(&words), escape::text(&words), escape::code(&words));
        let arena = Arena::new();
        let mut found = Vec::new();
        links(parse_document(&arena, &markdown, &options()), &mut found);
        proptest::prop_assert!(found.is_empty(), "{:?} in {:?}", found, markdown);
    }
}
