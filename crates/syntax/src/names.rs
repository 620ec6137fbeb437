//! Language names of files, with or without a grammar, for statistics.

use crate::Language;
use crate::language::extensions;

/// Languages we know by name only: the name, extensions in lower case, whole file names as written.
const NAMED: &[(&str, &[&str], &[&str])] = &[
    ("Ada", &["adb", "ads"], &[]),
    ("AsciiDoc", &["adoc", "asciidoc"], &[]),
    ("Assembly", &["asm", "s", "nasm"], &[]),
    ("Astro", &["astro"], &[]),
    ("AWK", &["awk"], &[]),
    ("Batchfile", &["bat", "cmd"], &[]),
    ("Clojure", &["clj", "cljs", "cljc", "edn"], &[]),
    ("CoffeeScript", &["coffee"], &["Cakefile"]),
    ("Common Lisp", &["lisp", "lsp", "asd"], &[]),
    ("Crystal", &["cr"], &[]),
    ("CSV", &["csv", "tsv"], &[]),
    ("CUDA", &["cu", "cuh"], &[]),
    ("D", &["d", "di"], &[]),
    ("Dart", &["dart"], &[]),
    ("EJS", &["ejs"], &[]),
    ("Elixir", &["ex", "exs", "heex"], &["mix.lock"]),
    ("Elm", &["elm"], &[]),
    ("Emacs Lisp", &["el"], &[".emacs"]),
    ("ERB", &["erb"], &[]),
    ("Erlang", &["erl", "hrl"], &["rebar.config"]),
    ("F#", &["fs", "fsi", "fsx"], &[]),
    ("Fish", &["fish"], &[]),
    ("Fortran", &["f", "f90", "f95", "f03", "f08", "for"], &[]),
    ("GDScript", &["gd"], &[]),
    ("Gleam", &["gleam"], &[]),
    ("GLSL", &["glsl", "vert", "frag", "comp", "geom"], &[]),
    ("Go Module", &[], &["go.mod", "go.sum", "go.work", "go.work.sum"]),
    ("Groovy", &["groovy", "gradle", "gvy"], &["Jenkinsfile"]),
    ("Handlebars", &["hbs", "handlebars", "mustache"], &[]),
    ("Haskell", &["hs", "lhs"], &[]),
    ("HLSL", &["hlsl", "fx"], &[]),
    ("Ignore List", &[], &[".gitignore", ".dockerignore", ".ignore", ".npmignore", ".prettierignore", ".eslintignore"]),
    ("Java Properties", &["properties"], &[]),
    ("Julia", &["jl"], &[]),
    ("Just", &["just"], &["justfile", "Justfile", ".justfile"]),
    ("Jsonnet", &["jsonnet", "libsonnet"], &[]),
    ("Less", &["less"], &[]),
    ("Liquid", &["liquid"], &[]),
    ("LLVM", &["ll"], &[]),
    ("Luau", &["luau"], &[]),
    ("MATLAB", &["matlab", "mlx"], &[]),
    ("Meson", &[], &["meson.build", "meson_options.txt", "meson.options"]),
    ("Mojo", &["mojo"], &[]),
    ("Nim", &["nim", "nims", "nimble"], &[]),
    ("Nix", &["nix"], &[]),
    ("Nushell", &["nu"], &[]),
    ("Objective-C", &["m"], &[]),
    ("Objective-C++", &["mm"], &[]),
    ("OCaml", &["ml", "mli", "mll", "mly"], &["dune", "dune-project"]),
    ("Odin", &["odin"], &[]),
    ("Org", &["org"], &[]),
    ("Pascal", &["pas", "pp", "dpr"], &[]),
    ("Perl", &["pl", "pm", "pod"], &["cpanfile"]),
    ("PowerShell", &["ps1", "psm1", "psd1"], &[]),
    ("Prisma", &["prisma"], &[]),
    ("Prolog", &["prolog"], &[]),
    ("Pug", &["pug", "jade"], &[]),
    ("PureScript", &["purs"], &[]),
    ("QML", &["qml"], &[]),
    ("R", &["r", "rmd"], &[".Rprofile"]),
    ("Racket", &["rkt"], &[]),
    ("Raku", &["raku", "rakumod"], &[]),
    ("ReScript", &["res", "resi"], &[]),
    ("reStructuredText", &["rst"], &[]),
    ("Sass", &["sass"], &[]),
    ("Scheme", &["scm", "ss", "sld"], &[]),
    ("Solidity", &["sol"], &[]),
    ("Stylus", &["styl"], &[]),
    ("Swift", &["swift"], &[]),
    ("SystemVerilog", &["sv", "svh"], &[]),
    ("Tcl", &["tcl"], &[]),
    ("TeX", &["tex", "sty", "cls", "bib", "ltx"], &[]),
    ("Text", &["txt", "text"], &["LICENSE", "COPYING", "NOTICE", "AUTHORS", "README"]),
    ("Thrift", &["thrift"], &[]),
    ("Twig", &["twig"], &[]),
    ("Typst", &["typ"], &[]),
    ("V", &["vsh"], &["v.mod"]),
    ("Vala", &["vala", "vapi"], &[]),
    ("VB.NET", &["vb"], &[]),
    ("Verilog", &["v", "vh"], &[]),
    ("VHDL", &["vhd", "vhdl"], &[]),
    ("Vim Script", &["vim"], &[".vimrc", "_vimrc"]),
    ("Visual Studio Solution", &["sln"], &[]),
    ("WebAssembly", &["wat", "wast"], &[]),
    ("WGSL", &["wgsl"], &[]),
];

/// The language of a file of this name (its last component; a path will do too), with or without a grammar; `None` if the name says
/// nothing. Names are those that code hosts use in their statistics, so `build.gradle` is Groovy and `a.svg` is XML.
#[must_use]
pub fn language_of_file_name(name: &str) -> Option<&'static str> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if let Some((language, ..)) = NAMED.iter().find(|(_, _, names)| names.contains(&name)) {
        return Some(language);
    }
    if let Some(language) = Language::for_path(name, None) {
        return Some(language.name());
    }
    let known = |extension: String| NAMED.iter().find(|(_, extensions, _)| extensions.contains(&extension.as_str()));
    extensions(name).find_map(known).map(|(language, ..)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_tells_the_language_with_or_without_a_grammar() {
        for (name, language) in [
            ("main.rs", Some("Rust")),
            ("src/App.vue", Some("Vue")),
            ("Page.svelte", Some("Svelte")),
            ("Makefile", Some("Makefile")),
            ("CMakeLists.txt", Some("CMake")),
            (".gitconfig", Some("INI")),
            ("main.tf", Some("HCL")),
            ("style.less", Some("Less")),
            ("notes.txt", Some("Text")),
            ("Dockerfile", Some("Dockerfile")),
            ("Dockerfile.dev", Some("Dockerfile")),
            ("dev.Dockerfile", Some("Dockerfile")),
            ("Main.kt", Some("Kotlin")),
            ("build.gradle.kts", Some("Kotlin")),
            (".gitignore", Some("Ignore List")),
            ("schema.sql", Some("SQL")),
            ("go.mod", Some("Go Module")),
            ("app.tar.gz", None),
            ("photo.png", None),
            ("", None),
        ] {
            assert_eq!(language_of_file_name(name), language, "{name}");
        }
    }

    #[test]
    fn no_extension_or_name_is_listed_twice() {
        let mut seen = std::collections::HashMap::new();
        for (language, extensions, names) in NAMED {
            for key in extensions.iter().map(|key| format!(".{key}")).chain(names.iter().map(|key| (*key).to_owned())) {
                assert_eq!(seen.insert(key.clone(), language), None, "{key}");
            }
            for extension in *extensions {
                assert_eq!(Language::for_path(&format!("a.{extension}"), None), None, "{extension} has a grammar");
            }
        }
    }
}
