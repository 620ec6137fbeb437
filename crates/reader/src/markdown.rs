//! Markdown as sanitised HTML that loads nothing.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock},
    time::Duration,
};

use comrak::{
    adapters::SyntaxHighlighterAdapter,
    options::{Options, Plugins},
};
use lectern_syntax::{Class, Language, SyntaxTree};
use regex::Regex;

/// A scheme no document can bring in by itself: the sanitiser strips it, and its name is made up when the program starts.
static INTO_PROJECT: LazyLock<String> = LazyLock::new(|| format!("lectern-{:016x}:", RandomState::new().hash_one("a page")));
/// For the colours of one block of code, once its language is at hand.
const CODE_BUDGET: Duration = Duration::from_millis(250);

/// Renders GitHub-flavoured Markdown. `folder` is the file's own folder within the project (`""` for the root, `/` between names).
///
/// What is left of HTML is what ammonia allows: no scripts, no styles, no forms. Images and links into the project become
/// `data-project-path` (and `data-line` for `#L12`) for the window to follow; images from anywhere else are left out; other links keep
/// http, https or mailto only. Paths that lead out of the project are dropped.
pub fn render(markdown: &str, folder: &str) -> String {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.header_id_prefix = Some("md-".to_owned());
    options.extension.front_matter_delimiter = Some("---".to_owned());
    // Raw HTML passes through here and is sanitised below, together with all the rest.
    options.render.r#unsafe = true;
    let code = CodeBlocks;
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&code);
    let html = comrak::markdown_to_html_with_plugins(markdown, &options, &plugins);
    point_into_project(&sanitise(&html, folder))
}

fn sanitise(html: &str, folder: &str) -> String {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags(["input", "section", "details", "summary", "picture", "kbd"])
        .rm_tags(["map", "area", "object"])
        .add_generic_attributes(["align", "id"])
        .allowed_classes(classes())
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes("details", ["open"])
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("noreferrer noopener"))
        .url_relative(ammonia::UrlRelative::Custom(Box::new(FromFolder(folder.to_owned()))))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Nothing is loaded from anywhere but the project.
            ("img", "src") if has_scheme(value) => None,
            ("img", "srcset" | "longdesc") | ("source", _) | (_, "cite" | "background") => None,
            // A checkbox of a task list and no other control.
            ("input", "type") => (value == "checkbox").then_some(Cow::Borrowed("checkbox")),
            // Ids of the document can't be taken for the window's own.
            (_, "id") => Some(if value.starts_with("md-") { value.into() } else { format!("md-{value}").into() }),
            _ => Some(value.into()),
        })
        .set_tag_attribute_value("input", "disabled", "");
    // comrak puts an empty link into every heading; a link without a name helps nobody.
    let clean = builder.clean(html).to_string();
    let clean = HEADING_LINK.replace_all(&clean, "");
    INPUT.replace_all(&clean, |found: &regex::Captures<'_>| task(&found[1])).into_owned()
}

/// A task's checkbox can't be ticked here, but it says what it says to everybody. Any other field goes.
fn task(attributes: &str) -> String {
    if !attributes.contains("type=\"checkbox\"") {
        return String::new();
    }
    let said = if attributes.contains("checked") { "done" } else { "to do" };
    format!("<input aria-label=\"{said}\"{attributes}>")
}

/// The classes that comrak and the code blocks write. Any other could dress a piece of the page up as a part of the window.
fn classes() -> HashMap<&'static str, HashSet<&'static str>> {
    let alerts = [
        "markdown-alert",
        "markdown-alert-note",
        "markdown-alert-tip",
        "markdown-alert-important",
        "markdown-alert-warning",
        "markdown-alert-caution",
    ];
    HashMap::from([
        ("div", HashSet::from(alerts)),
        ("p", HashSet::from(["markdown-alert-title"])),
        ("section", HashSet::from(["footnotes"])),
        ("sup", HashSet::from(["footnote-ref"])),
        ("a", HashSet::from(["anchor", "footnote-backref"])),
        ("span", HashSet::from(["k", "s", "c", "f", "y", "o", "p", "u", "ma", "at", "h", "em", "lk"])),
    ])
}

static INPUT: LazyLock<Regex> = LazyLock::new(|| Regex::new("<input([^>]*)>").expect("the pattern is a regular expression"));

static HEADING_LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"<a href="\#md-[^"]*" class="anchor"[^>]*></a>"#).expect("the pattern is a regular expression"));

/// Whether a URL names where it leads by itself; relative ones are resolved into the project.
fn has_scheme(url: &str) -> bool {
    url.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'))
}

/// Resolves relative URLs from the folder of the file they stand in.
struct FromFolder(String);

impl<'a> ammonia::UrlRelativeEvaluate<'a> for FromFolder {
    fn evaluate<'url>(&self, url: &'url str) -> Option<Cow<'url, str>> {
        if let Some(fragment) = url.strip_prefix('#') {
            return Some(Cow::Owned(format!("#md-{fragment}")));
        }
        into_project(&self.0, url).map(|path| Cow::Owned(format!("{}{path}", *INTO_PROJECT)))
    }
}

/// Turns the marked URLs into attributes that a browser does nothing with.
fn point_into_project(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(INTO_PROJECT.as_str()) {
        let (before, after) = rest.split_at(at);
        let end = after.find('"').unwrap_or(after.len());
        let target = &after[INTO_PROJECT.len()..end];
        match before.strip_suffix("src=\"").or_else(|| before.strip_suffix("href=\"")) {
            Some(before) => {
                out.push_str(before);
                let (path, line) = match target.split_once('#') {
                    Some((path, fragment)) => {
                        (path, fragment.strip_prefix('L').and_then(|line| line.split('-').next()?.parse::<u32>().ok()))
                    }
                    None => (target, None),
                };
                out.push_str("data-project-path=\"");
                out.push_str(path);
                if let Some(line) = line {
                    out.push_str("\" data-line=\"");
                    out.push_str(&line.to_string());
                }
            }
            None => {
                out.push_str(before);
                out.push_str(&after[..end]);
            }
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// A relative URL as a path within the project, `None` when it leads out of it.
fn into_project(folder: &str, url: &str) -> Option<String> {
    let (path, fragment) = match url.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (url, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { folder.split('/').filter(|part| !part.is_empty()).collect() };
    if path.starts_with("//") || path.contains(['\0', '\\', '"', '<', '>']) {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    Some(match fragment {
        Some(fragment) => format!("{path}#{fragment}"),
        None => path,
    })
}

struct CodeBlocks;

impl SyntaxHighlighterAdapter for CodeBlocks {
    fn write_highlighted(&self, output: &mut dyn fmt::Write, lang: Option<&str>, code: &str) -> fmt::Result {
        let name = lang.unwrap_or_default().split([',', ' ', '{']).next().unwrap_or_default();
        let spans = Language::by_name(name)
            .inspect(|language| language.prepare_colours())
            .and_then(|language| SyntaxTree::parse(language, Arc::from(code), CODE_BUDGET).ok())
            .and_then(|tree| tree.spans(0..code.len(), CODE_BUDGET).ok())
            .unwrap_or_default();
        let mut at = 0;
        for span in spans {
            escape(output, &code[at..span.range.start])?;
            write!(output, "<span class=\"{}\">", css_class(span.class))?;
            escape(output, &code[span.range.clone()])?;
            output.write_str("</span>")?;
            at = span.range.end;
        }
        escape(output, &code[at..])
    }

    fn write_pre_tag(&self, output: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        output.write_str("<pre>")
    }

    fn write_code_tag(&self, output: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        output.write_str("<code>")
    }
}

/// The reader's class names for syntax, as in its style sheet.
fn css_class(class: Class) -> &'static str {
    match class {
        Class::Keyword => "k",
        Class::String => "s",
        Class::Comment => "c",
        Class::Function => "f",
        Class::Type => "y",
        Class::Constant => "o",
        Class::Property => "p",
        Class::Punctuation => "u",
        Class::Macro => "ma",
        Class::Attribute => "at",
        Class::Heading | Class::Strong => "h",
        Class::Emphasis => "em",
        Class::Link => "lk",
    }
}

fn escape(output: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    for character in text.chars() {
        match character {
            '<' => output.write_str("&lt;")?,
            '>' => output.write_str("&gt;")?,
            '&' => output.write_str("&amp;")?,
            other => output.write_char(other)?,
        }
    }
    Ok(())
}
