//! Site generators and documentation tools that bring a server with them.

use crate::dev_servers::table::{
    Grade, PYTHON, Role,
    Sign::{self, Any, File, Needs, No, Text},
    Stack, Through, stack,
};

const HUGO: &[Sign] = &[
    File("hugo.toml"),
    File("hugo.yaml"),
    File("hugo.yml"),
    File("hugo.json"),
    File("config/_default/hugo.toml"),
    File("config/_default/hugo.yaml"),
    File("config/_default/config.toml"),
    File("config/_default/config.yaml"),
    Text("config.toml", "baseURL"),
    Text("config.toml", "baseurl"),
    Text("config.yaml", "baseURL"),
    Text("config.yml", "baseURL"),
];
const JEKYLL: &[Sign] = &[
    Needs("Gemfile", "jekyll"),
    Needs("Gemfile", "github-pages"),
    File("_layouts/default.html"),
    Text("_config.yml", "jekyll"),
    Text("_config.yml", "remote_theme"),
    Text("_config.yml", "theme: minima"),
    Text("_config.yml", "baseurl"),
    Text("_config.yml", "kramdown"),
];
const BUNDLE: (&str, &str) = ("Gemfile.lock", "bundle install");

#[rustfmt::skip]
pub(crate) const ALL: &[Stack] = &[
    stack("hugo", "Hugo", &[Any(HUGO)], &["hugo", "server"]).port(1313, &["--port", "{port}", "--bind", "127.0.0.1"]).owns_assets().built(&["public"]),
    stack("jekyll", "Jekyll", &[File("_config.yml"), No(&[Text("package.json", "\"hexo\"")]), Any(JEKYLL)], &["jekyll", "serve"])
        .through(Through::Bundler).port(4000, &["--port", "{port}", "--host", "127.0.0.1"]).owns_assets().built(&["_site"]).installed(BUNDLE.0, BUNDLE.1),
    stack("zola", "Zola", &[Any(&[Text("config.toml", "base_url"), Text("zola.toml", "base_url")]), No(&[Any(HUGO)])], &["zola", "serve"])
        .port(1111, &["--port", "{port}", "--interface", "127.0.0.1"]).owns_assets().built(&["public"]),
    stack("cecil", "Cecil", &[Any(&[File("cecil.yml"), File("cecil.yaml"), Needs("composer.json", "cecil/cecil")])], &["cecil", "serve"]).port(8000, &["--port={port}", "--host=127.0.0.1"]).owns_assets().built(&["_site"]),
    stack("middleman", "Middleman", &[Needs("Gemfile", "middleman")], &["middleman", "server"])
        .through(Through::Bundler).port(4567, &["-p", "{port}", "--bind-address", "127.0.0.1"]).owns_assets().built(&["build"]).installed(BUNDLE.0, BUNDLE.1),
    stack("bridgetown", "Bridgetown", &[Needs("Gemfile", "bridgetown")], &["bridgetown", "start"])
        .through(Through::Bundler).port(4000, &["-P", "{port}", "-B", "127.0.0.1"]).owns_assets().built(&["output"]).installed(BUNDLE.0, BUNDLE.1),
    stack("nanoc", "nanoc", &[File("nanoc.yaml")], &["nanoc", "live"]).through(Through::Bundler).port(3000, &["-p", "{port}", "-o", "127.0.0.1"]).built(&["output"]).installed(BUNDLE.0, BUNDLE.1),
    stack("pelican", "Pelican", &[File("pelicanconf.py")], &["pelican", "--listen", "--autoreload"]).through(Through::Python).port(8000, &["-p", "{port}", "-b", "127.0.0.1"]).built(&["output"]),
    stack("nikola", "Nikola", &[Text("conf.py", "BLOG_TITLE")], &["nikola", "auto"]).through(Through::Python).port(8000, &["--port", "{port}", "--address", "127.0.0.1"]).built(&["output"]),
    stack("lektor", "Lektor", &[File("models/page.ini")], &["lektor", "server"]).through(Through::Python).port(5000, &["--port", "{port}", "--host", "127.0.0.1"]).grade(Grade::Likely),
    stack("mkdocs", "MkDocs", &[Any(&[File("mkdocs.yml"), File("mkdocs.yaml")])], &["mkdocs", "serve"]).through(Through::Python).role(Role::Docs).port(8000, &["-a", "127.0.0.1:{port}"]).built(&["site"]),
    stack("zensical", "Zensical", &[File("zensical.toml")], &["zensical", "serve"]).through(Through::Python).role(Role::Docs).port(8000, &["-a", "127.0.0.1:{port}"]).built(&["site"]),
    stack("mdbook", "mdBook", &[File("book.toml")], &["mdbook", "serve"]).role(Role::Docs).port(3000, &["-p", "{port}", "-n", "127.0.0.1"]).built(&["book", "book/html"]),
    stack("sphinx", "Sphinx", &[File("conf.py"), Any(&[Text("conf.py", "html_theme"), Text("conf.py", "extensions"), Needs(PYTHON, "sphinx")]), No(&[Text("conf.py", "BLOG_TITLE")])], &["sphinx-autobuild", ".", "_build/html"])
        .through(Through::Python).role(Role::Docs).port(8000, &["--port", "{port}", "--host", "127.0.0.1"]).built(&["_build/html"]),
    stack("jupyter-book", "Jupyter Book", &[File("myst.yml")], &["myst", "start"]).role(Role::Docs).port(3000, &["--port", "{port}"]),
    stack("quarto", "Quarto", &[File("_quarto.yml")], &["quarto", "preview"]).role(Role::Docs).port(0, &["--port", "{port}", "--host", "127.0.0.1", "--no-browser"]).built(&["_site", "_book"]),
    stack("antora", "Antora", &[File("antora-playbook.yml")], &["npx", "--no-install", "antora", "antora-playbook.yml"]).role(Role::Docs).grade(Grade::Possible),
];
