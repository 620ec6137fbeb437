//! Which words of a text are names in code, in every language.

use std::collections::BTreeSet;
use std::time::Duration;

use lectern_syntax::{Language, SyntaxTree};

/// For each language a file in which `plan` stands everywhere a word can: `«plan»` where it is a name, bare where it is not.
const FILES: &[(&str, &str)] = &[
    (
        "a.rs",
        "// plan\n/// plan\nmod m { fn «plan»<'«plan»>(«plan»: u8) -> r#«plan» { \"plan {plan}\"; 'p'; r#\"plan\"#; self.«plan».«plan»(1); «plan»!(«plan», \"plan\") } /* plan */ }\n",
    ),
    (
        "a.ts",
        "// plan\nclass «plan» { «plan» = `plan ${«plan»} plan`; #«plan» = 'plan'; m(«plan»: «plan») { return { «plan»: /plan/, «plan» }; } }\n",
    ),
    ("a.tsx", "const «plan» = <«plan» «plan»=\"plan\">plan {«plan».«plan»}</«plan»>; // plan\n"),
    ("a.js", "/* plan */ import { «plan» } from 'plan'; «plan»: for (;;) break «plan»; const b = \"plan\" + `${«plan»}plan`;\n"),
    ("a.py", "# plan\n@«plan»\ndef «plan»(«plan»=1):\n    '''plan'''\n    return f\"plan {«plan».«plan»} plan\" + 'plan'\n"),
    (
        "a.go",
        "package «plan»\n// plan\nimport \"plan\"\nfunc (a «plan») «plan»() { «plan»: for { break «plan» }; a.«plan» = `plan` + \"plan\" }\n",
    ),
    ("A.java", "/** plan */ class «plan» { @«plan» int «plan»; «plan» «plan»() { return «plan».«plan»(\"plan\"); } } // plan\n"),
    (
        "a.c",
        "/* plan */\n#include \"plan\"\n#define «plan» «plan»(\"plan\") + «plan» // plan\nstruct «plan» { int «plan»; };\nint «plan»(void) { goto «plan»; «plan»: return a->«plan» + strlen(\"plan\"); }\n",
    ),
    ("a.cpp", "// plan\nnamespace «plan» { class «plan» { int «plan» = «plan»::«plan»<«plan»>(\"plan\", R\"(plan)\"); }; }\n"),
    ("a.cs", "// plan\nnamespace «plan»; class «plan» { int @«plan» = «plan».«plan»($\"plan {«plan»} plan\", @\"plan\", \"plan\"); }\n"),
    (
        "a.rb",
        "# plan\nclass A; attr :«plan»; def «plan»(«plan»: 1) = @«plan» + $«plan» + @@«plan» + \"plan #{«plan»}\" + 'plan'; L = %w[plan] + %i[«plan»]; end\nx = <<~T\n  plan #{«plan»}\nT\n",
    ),
    (
        "a.php",
        "<p>plan</p><?php // plan\nfunction «plan»($«plan») { return \"plan $«plan» {$a->«plan»}\" . 'plan' . $this->«plan»->«plan»(); }\n$x = <<<T\n  plan $«plan»\nT;\n?><b>plan</b><script>«plan»('plan')</script>\n",
    ),
    ("a.sh", "# plan\n«plan»() { «plan»=1; echo \"plan $«plan» ${«plan»} $(«plan»)\" 'plan' «plan»; }\ncat <<E\nplan $«plan»\nE\n"),
    (
        "a.html",
        "<!-- plan --><«plan» «plan»=\"plan\">plan</«plan»><script>let «plan» = 'plan'; // plan\n</script><style>.«plan» { «plan»: «plan»; /* plan */ content: \"plan\" }</style>\n",
    ),
    ("a.css", "/* plan */ «plan» .«plan» > #«plan»[«plan»=\"plan\"] { «plan»: «plan»(\"plan\"); }\n@keyframes «plan» {}\n"),
    ("a.zig", "// plan\nconst «plan» = struct { «plan»: «plan», fn «plan»(«plan»: u8) void { a.«plan»(\"plan\", .«plan»); } };\n"),
    (
        "a.scala",
        "/* plan */ object «plan» { val «plan»: «plan» = s\"plan $«plan» ${«plan»}\"; def «plan»(«plan»: Int) = «plan».«plan»(\"plan\") } // plan\n",
    ),
    ("a.scss", "// plan\n$«plan»: 1px; .«plan» { «plan»: «plan»($«plan», \"plan\"); @include «plan»; }\n"),
    ("a.tf", "# plan\n«plan» \"plan\" { «plan» = «plan»(a.«plan», \"plan ${«plan»}\") }\n"),
    (
        "a.proto",
        "// plan\npackage «plan»; message «plan» { «plan» «plan» = 1 [«plan» = \"plan\"]; } service A { rpc «plan»(«plan») returns («plan»); }\n",
    ),
    (
        "a.graphql",
        "# plan\ntype «plan» { «plan»(«plan»: «plan» = \"plan\"): «plan» @«plan» } query «plan» { «plan»: «plan»(«plan»: $«plan») { ...«plan» } }\n",
    ),
    ("a.cmake", "# plan\nfunction(a «plan»)\n  «plan»(«plan» \"plan ${«plan»}\")\nendfunction()\n"),
    ("a.ini", "; plan\n«plan» = plan\n"),
    ("a.diff", "--- a/plan\n+++ b/plan\n@@ -1,2 +1,2 @@ plan\n plan\n-plan\n+plan\n"),
    ("a.json", "{ \"«plan»\": \"plan\", \"a\": [\"plan\", { \"«plan»\": 1 }] }\n"),
    ("a.toml", "# plan\n«plan» = \"plan\"\n[«plan».a.«plan»]\nb = { «plan» = 'plan' }\n\"«plan»\" = \"plan\"\n"),
    (
        "a.yaml",
        "# plan\n«plan»: plan\na:\n  «plan»: \"plan\"\n  b: [plan, { «plan»: plan }]\nc: &«plan» |\n  plan\nd: *«plan»\n\"«plan»\": 'plan'\n'«plan»': \"plan\"\ne: {\"«plan»\": 1}\n",
    ),
    (
        "a.vue",
        "<script setup lang=\"ts\">\nlet «plan»: «plan» = 'plan'; // plan\n</script>\n<template><«plan» :«plan»=\"«plan».«plan»\" b=\"plan\">plan<b>{{ «plan»('plan') }}</b></«plan»></template>\n",
    ),
    (
        "a.svelte",
        "<script>let «plan» = 'plan'; // plan\n</script>\n{#if «plan» > 1}<«plan» b={«plan»} c=\"plan\">plan {«plan».«plan»('plan')}</«plan»>{/if}\n{#snippet «plan»()}plan{/snippet}\n",
    ),
    ("a.xml", "<!-- plan --><«plan» «plan»=\"plan\">plan<![CDATA[plan]]></«plan»>\n"),
    (
        "a.kt",
        "// plan\npackage «plan»\nclass «plan»(val «plan»: «plan») { fun «plan»() = \"plan $«plan» ${«plan».«plan»()} plan\" /* plan */ }\n",
    ),
    ("a.lua", "-- plan\nlocal «plan» = { «plan» = «plan».«plan»('plan') }\nfunction «plan»:«plan»() return [[plan]] .. \"plan\" end\n"),
    ("a.sql", "-- plan\nSELECT «plan».«plan», 'plan' AS «plan» FROM «plan» WHERE «plan»(1) > 2; /* plan */\n"),
    ("a.mk", "# plan\n«plan» := $(«plan»)\n«plan»: «plan»\n\t«plan» \"plan $(«plan»)\"\n"),
    ("a.dockerfile", "# plan\nFROM a AS «plan»\nARG «plan»=1\nRUN «plan» \"plan $«plan»\"\n"),
    ("a.md", "# plan\n\nplan `plan` [plan](plan)\n\n```rust\nfn «plan»() { \"plan\"; } // plan\n```\n\n```\nplan\n```\n"),
];

fn unmarked(marked: &str) -> (String, BTreeSet<usize>) {
    let (mut text, mut names) = (String::new(), BTreeSet::new());
    for char in marked.chars() {
        match char {
            '«' => assert!(names.insert(text.len())),
            '»' => {}
            char => text.push(char),
        }
    }
    (text, names)
}

fn parse(path: &str, text: &str) -> SyntaxTree {
    let language = Language::for_path(path, None).unwrap_or_else(|| panic!("{path} has a grammar"));
    SyntaxTree::parse(language, text.into(), Duration::from_secs(60)).expect("a short text is parsed in time")
}

#[test]
fn a_word_is_a_name_in_code_and_not_in_comments_strings_or_prose() {
    let mut wrong = Vec::new();
    for (path, marked) in FILES {
        let (text, names) = unmarked(marked);
        let tree = parse(path, &text);
        for (at, word) in text.match_indices("plan") {
            let (is, should) = (tree.is_code_name(at..at + word.len()), names.contains(&at));
            if is != should {
                let line_start = text[..at].rfind('\n').map_or(0, |line| line + 1);
                wrong.push(format!(
                    "{path}: {is} for {:?}⟨plan⟩{:?}",
                    &text[line_start..at],
                    text[at + 4..].lines().next().unwrap_or_default()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_language_says_what_its_names_are() {
    let seen: BTreeSet<_> = FILES.iter().filter_map(|(path, _)| Language::for_path(path, None)).map(Language::name).collect();
    let all: BTreeSet<_> = Language::all().map(Language::name).collect();
    assert_eq!(seen, all);
}

#[test]
fn parts_of_names_keywords_numbers_and_empty_or_foreign_ranges_are_no_names() {
    let text = "fn plans() { self.size + 12 } // é";
    let tree = parse("a.rs", text);
    let at = |word: &str| text.find(word).expect("it is in there");
    assert!(tree.is_code_name(3..8));
    assert!(!tree.is_code_name(3..7), "part of a name");
    assert!(!tree.is_code_name(2..8), "more than a name");
    assert!(!tree.is_code_name(0..2), "a keyword");
    assert!(!tree.is_code_name(at("12")..at("12") + 2), "a number");
    assert!(!tree.is_code_name(at("plans")..at("plans")));
    assert!(!tree.is_code_name(text.len() - 1..text.len()), "half a character");
    assert!(!tree.is_code_name(500..505));
    #[expect(clippy::reversed_empty_ranges, reason = "callers may get it wrong")]
    let backwards = 8..3;
    assert!(!tree.is_code_name(backwards));
}
