//! The table of grammars.

use crate::grammar::{Facts, Grammar};
use crate::guard;

/// Every language a file can have.
pub(crate) static GRAMMARS: [Grammar; 36] = [
    Grammar::of(Facts {
        highlights: &[tree_sitter_rust::HIGHLIGHTS_QUERY, include_str!("../queries/rust.highlights.scm")],
        outline: include_str!("../queries/rust.outline.scm"),
        extensions: &["rs", "ron"],
        interpreters: &["rust-script"],
        aliases: &["rs", "no_run", "should_panic", "compile_fail"],
        ..Facts::named("Rust", tree_sitter_rust::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[
            tree_sitter_javascript::HIGHLIGHT_QUERY,
            tree_sitter_typescript::HIGHLIGHTS_QUERY,
            include_str!("../queries/javascript.highlights.scm"),
            include_str!("../queries/typescript.highlights.scm"),
        ],
        outline: include_str!("../queries/typescript.outline.scm"),
        extensions: &["ts", "mts", "cts"],
        interpreters: &["deno", "ts-node", "tsx", "bun"],
        aliases: &["ts"],
        ..Facts::named("TypeScript", tree_sitter_typescript::LANGUAGE_TYPESCRIPT)
    }),
    Grammar::of(Facts {
        highlights: &[
            tree_sitter_javascript::HIGHLIGHT_QUERY,
            tree_sitter_typescript::HIGHLIGHTS_QUERY,
            include_str!("../queries/javascript.highlights.scm"),
            include_str!("../queries/typescript.highlights.scm"),
            tree_sitter_javascript::JSX_HIGHLIGHT_QUERY,
            include_str!("../queries/jsx.highlights.scm"),
        ],
        outline: include_str!("../queries/typescript.outline.scm"),
        extensions: &["tsx"],
        ..Facts::named("TSX", tree_sitter_typescript::LANGUAGE_TSX)
    }),
    Grammar::of(Facts {
        highlights: &[
            tree_sitter_javascript::HIGHLIGHT_QUERY,
            include_str!("../queries/javascript.highlights.scm"),
            tree_sitter_javascript::JSX_HIGHLIGHT_QUERY,
            include_str!("../queries/jsx.highlights.scm"),
        ],
        outline: include_str!("../queries/javascript.outline.scm"),
        extensions: &["js", "mjs", "cjs", "jsx"],
        file_names: &["Jakefile"],
        interpreters: &["node", "nodejs"],
        aliases: &["js", "node", "ecmascript"],
        ..Facts::named("JavaScript", tree_sitter_javascript::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_python::HIGHLIGHTS_QUERY, include_str!("../queries/python.highlights.scm")],
        outline: include_str!("../queries/python.outline.scm"),
        guard: Some(guard::python),
        extensions: &["py", "pyi", "pyw", "bzl", "star"],
        file_names: &["SConstruct", "SConscript", "wscript", "BUILD.bazel", "WORKSPACE.bazel"],
        interpreters: &["python", "pypy"],
        aliases: &["py", "python3", "starlark"],
        ..Facts::named("Python", tree_sitter_python::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_go::HIGHLIGHTS_QUERY, include_str!("../queries/go.highlights.scm")],
        outline: include_str!("../queries/go.outline.scm"),
        extensions: &["go"],
        aliases: &["golang"],
        ..Facts::named("Go", tree_sitter_go::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_java::HIGHLIGHTS_QUERY, include_str!("../queries/java.highlights.scm")],
        outline: include_str!("../queries/java.outline.scm"),
        extensions: &["java"],
        ..Facts::named("Java", tree_sitter_java::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_c::HIGHLIGHT_QUERY, include_str!("../queries/c.highlights.scm")],
        outline: include_str!("../queries/c.outline.scm"),
        extensions: &["c", "h"],
        ..Facts::named("C", tree_sitter_c::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[
            tree_sitter_c::HIGHLIGHT_QUERY,
            tree_sitter_cpp::HIGHLIGHT_QUERY,
            include_str!("../queries/c.highlights.scm"),
            include_str!("../queries/cpp.highlights.scm"),
        ],
        outline: concat!(include_str!("../queries/c.outline.scm"), include_str!("../queries/cpp.outline.scm")),
        extensions: &["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "tpp", "inl", "cppm", "ixx"],
        aliases: &["cpp", "cplusplus"],
        ..Facts::named("C++", tree_sitter_cpp::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_c_sharp::HIGHLIGHTS_QUERY, include_str!("../queries/csharp.highlights.scm")],
        outline: include_str!("../queries/csharp.outline.scm"),
        extensions: &["cs", "csx"],
        aliases: &["csharp"],
        ..Facts::named("C#", tree_sitter_c_sharp::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_ruby::HIGHLIGHTS_QUERY, include_str!("../queries/ruby.highlights.scm")],
        outline: include_str!("../queries/ruby.outline.scm"),
        guard: Some(guard::ruby),
        extensions: &["rb", "rake", "gemspec", "ru", "podspec"],
        file_names: &["Gemfile", "Rakefile", "Vagrantfile", "Brewfile", "Podfile", "Fastfile", "Guardfile", "Capfile"],
        interpreters: &["ruby", "jruby"],
        aliases: &["rb"],
        ..Facts::named("Ruby", tree_sitter_ruby::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_php::HIGHLIGHTS_QUERY, include_str!("../queries/php.highlights.scm")],
        injections: include_str!("../queries/php.injections.scm"),
        outline_embedded: true,
        outline: include_str!("../queries/php.outline.scm"),
        extensions: &["php", "phtml", "php5", "phpt"],
        interpreters: &["php"],
        ..Facts::named("PHP", tree_sitter_php::LANGUAGE_PHP)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_bash::HIGHLIGHT_QUERY, include_str!("../queries/bash.highlights.scm")],
        outline: include_str!("../queries/bash.outline.scm"),
        extensions: &["sh", "bash", "zsh", "ksh", "bats", "ebuild", "env"],
        file_names: &[
            ".bashrc",
            ".bash_profile",
            ".bash_aliases",
            ".bash_logout",
            ".profile",
            ".zshrc",
            ".zshenv",
            ".zprofile",
            ".envrc",
            ".env",
            "PKGBUILD",
            "APKBUILD",
        ],
        interpreters: &["sh", "bash", "zsh", "dash", "ksh", "ash"],
        aliases: &["sh", "shell", "zsh", "shellscript"],
        guard: Some(guard::bash),
        ..Facts::named("Bash", tree_sitter_bash::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_html::HIGHLIGHTS_QUERY, include_str!("../queries/html.highlights.scm")],
        injections: include_str!("../queries/html.injections.scm"),
        outline_embedded: true,
        extensions: &["html", "htm", "xhtml"],
        aliases: &["htm", "xhtml"],
        ..Facts::named("HTML", tree_sitter_html::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_css::HIGHLIGHTS_QUERY, include_str!("../queries/css.highlights.scm")],
        outline: include_str!("../queries/css.outline.scm"),
        extensions: &["css", "pcss"],
        ..Facts::named("CSS", tree_sitter_css::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/json.highlights.scm")],
        outline: include_str!("../queries/json.outline.scm"),
        extensions: &[
            "json",
            "jsonc",
            "json5",
            "jsonl",
            "ndjson",
            "geojson",
            "webmanifest",
            "ipynb",
            "topojson",
            "code-workspace",
            "sarif",
            "avsc",
        ],
        file_names: &[".eslintrc", ".babelrc", ".prettierrc", ".swcrc", "composer.lock", "Pipfile.lock", "flake.lock", "deno.lock"],
        aliases: &["jsonc", "json5"],
        ..Facts::named("JSON", tree_sitter_json::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_toml_ng::HIGHLIGHTS_QUERY, include_str!("../queries/toml.highlights.scm")],
        outline: include_str!("../queries/toml.outline.scm"),
        extensions: &["toml"],
        file_names: &["Cargo.lock", "poetry.lock", "uv.lock", "Pipfile", "pdm.lock"],
        ..Facts::named("TOML", tree_sitter_toml_ng::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_yaml::HIGHLIGHTS_QUERY, include_str!("../queries/yaml.highlights.scm")],
        outline: include_str!("../queries/yaml.outline.scm"),
        guard: Some(guard::yaml),
        extensions: &["yaml", "yml"],
        file_names: &[".clang-format", ".clang-tidy", ".clangd", "CITATION.cff", ".gemrc"],
        aliases: &["yml"],
        ..Facts::named("YAML", tree_sitter_yaml::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_md::HIGHLIGHT_QUERY_BLOCK, include_str!("../queries/markdown.highlights.scm")],
        injections: include_str!("../queries/markdown.injections.scm"),
        outline: include_str!("../queries/markdown.outline.scm"),
        extensions: &["md", "markdown", "mdx", "mkd", "mdown"],
        aliases: &["md"],
        ..Facts::named("Markdown", tree_sitter_md::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_html::HIGHLIGHTS_QUERY, include_str!("../queries/html.highlights.scm")],
        injections: concat!(include_str!("../queries/html.injections.scm"), include_str!("../queries/vue.injections.scm")),
        outline_embedded: true,
        extensions: &["vue"],
        ..Facts::named("Vue", tree_sitter_html::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_svelte_ng::HIGHLIGHTS_QUERY, include_str!("../queries/svelte.highlights.scm")],
        injections: concat!(include_str!("../queries/html.injections.scm"), include_str!("../queries/svelte.injections.scm")),
        outline: include_str!("../queries/svelte.outline.scm"),
        outline_embedded: true,
        extensions: &["svelte"],
        ..Facts::named("Svelte", tree_sitter_svelte_ng::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_xml::XML_HIGHLIGHT_QUERY, include_str!("../queries/xml.highlights.scm")],
        outline: include_str!("../queries/xml.outline.scm"),
        extensions: &[
            "xml",
            "xsd",
            "xsl",
            "xslt",
            "svg",
            "plist",
            "csproj",
            "fsproj",
            "vbproj",
            "props",
            "targets",
            "xaml",
            "rss",
            "atom",
            "wsdl",
            "storyboard",
            "xib",
            "resx",
        ],
        aliases: &["svg", "xsl"],
        ..Facts::named("XML", tree_sitter_xml::LANGUAGE_XML)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/kotlin.highlights.scm")],
        outline: include_str!("../queries/kotlin.outline.scm"),
        dollar_in_strings: true,
        extensions: &["kt", "kts"],
        interpreters: &["kotlin"],
        aliases: &["kt"],
        ..Facts::named("Kotlin", tree_sitter_kotlin_ng::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_lua::HIGHLIGHTS_QUERY, include_str!("../queries/lua.highlights.scm")],
        outline: include_str!("../queries/lua.outline.scm"),
        extensions: &["lua", "rockspec"],
        interpreters: &["lua", "luajit"],
        ..Facts::named("Lua", tree_sitter_lua::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_sequel::HIGHLIGHTS_QUERY, include_str!("../queries/sql.highlights.scm")],
        outline: include_str!("../queries/sql.outline.scm"),
        extensions: &["sql", "ddl", "psql"],
        aliases: &["postgres", "postgresql", "mysql", "sqlite"],
        ..Facts::named("SQL", tree_sitter_sequel::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_make::HIGHLIGHTS_QUERY, include_str!("../queries/make.highlights.scm")],
        injections: include_str!("../queries/make.injections.scm"),
        outline: include_str!("../queries/make.outline.scm"),
        extensions: &["mk", "mak"],
        file_names: &["Makefile", "makefile", "GNUmakefile"],
        interpreters: &["make"],
        aliases: &["make"],
        ..Facts::named("Makefile", tree_sitter_make::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_containerfile::HIGHLIGHTS_QUERY, include_str!("../queries/dockerfile.highlights.scm")],
        injections: include_str!("../queries/dockerfile.injections.scm"),
        outline: include_str!("../queries/dockerfile.outline.scm"),
        extensions: &["dockerfile", "containerfile"],
        file_names: &["Dockerfile", "Containerfile"],
        aliases: &["docker"],
        ..Facts::named("Dockerfile", tree_sitter_containerfile::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/zig.highlights.scm")],
        outline: include_str!("../queries/zig.outline.scm"),
        extensions: &["zig", "zon"],
        ..Facts::named("Zig", tree_sitter_zig::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_scala::HIGHLIGHTS_QUERY, include_str!("../queries/scala.highlights.scm")],
        outline: include_str!("../queries/scala.outline.scm"),
        extensions: &["scala", "sc", "sbt"],
        interpreters: &["scala"],
        ..Facts::named("Scala", tree_sitter_scala::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_scss::HIGHLIGHTS_QUERY, include_str!("../queries/scss.highlights.scm")],
        outline: include_str!("../queries/scss.outline.scm"),
        extensions: &["scss"],
        ..Facts::made("SCSS", tree_sitter_scss::language)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/hcl.highlights.scm")],
        outline: include_str!("../queries/hcl.outline.scm"),
        extensions: &["hcl", "tf", "tfvars"],
        file_names: &[".terraform.lock.hcl"],
        aliases: &["terraform"],
        ..Facts::named("HCL", tree_sitter_hcl::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/proto.highlights.scm")],
        outline: include_str!("../queries/proto.outline.scm"),
        extensions: &["proto"],
        aliases: &["protobuf"],
        ..Facts::named("Protocol Buffers", tree_sitter_proto::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/graphql.highlights.scm")],
        outline: include_str!("../queries/graphql.outline.scm"),
        extensions: &["graphql", "gql", "graphqls"],
        ..Facts::named("GraphQL", tree_sitter_graphql::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/cmake.highlights.scm")],
        outline: include_str!("../queries/cmake.outline.scm"),
        extensions: &["cmake"],
        file_names: &["CMakeLists.txt"],
        ..Facts::named("CMake", tree_sitter_cmake::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[tree_sitter_ini::HIGHLIGHTS_QUERY, include_str!("../queries/ini.highlights.scm")],
        outline: include_str!("../queries/ini.outline.scm"),
        extensions: &["ini", "cfg", "conf", "desktop", "service"],
        file_names: &[".editorconfig", ".gitconfig", ".gitmodules", ".npmrc", ".pylintrc"],
        ..Facts::named("INI", tree_sitter_ini::LANGUAGE)
    }),
    Grammar::of(Facts {
        highlights: &[include_str!("../queries/diff.highlights.scm")],
        outline: include_str!("../queries/diff.outline.scm"),
        extensions: &["diff", "patch"],
        ..Facts::named("Diff", tree_sitter_diff::LANGUAGE)
    }),
];

/// The running text inside Markdown's blocks; no file has it as its language.
static MARKDOWN_INLINE: Grammar = Grammar::of(Facts {
    highlights: &[tree_sitter_md::HIGHLIGHT_QUERY_INLINE, include_str!("../queries/markdown-inline.highlights.scm")],
    running_text: true,
    ..Facts::named("Markdown inline", tree_sitter_md::INLINE_LANGUAGE)
});

/// The grammar an injection names.
pub(crate) fn injected(name: &str) -> Option<&'static Grammar> {
    match name {
        "markdown_inline" => Some(&MARKDOWN_INLINE),
        _ => crate::Language::by_name(name).map(crate::Language::grammar),
    }
}

/// Every grammar, also those that only live inside others.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Grammar> {
    GRAMMARS.iter().chain(Some(&MARKDOWN_INLINE))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_query_compiles() {
        let mut errors = Vec::new();
        for grammar in super::all() {
            let facts = &grammar.facts;
            for (what, text) in
                [("highlights", facts.highlights.join("\n")), ("injections", facts.injections.into()), ("outline", facts.outline.into())]
            {
                if let Err(error) = tree_sitter::Query::new(grammar.language(), &text) {
                    errors.push(format!("{} {what}: {error}", facts.name));
                }
            }
        }
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}
