//! A project whose texts are hard to show: endless lines, every direction of writing, mixed line ends, wide tables, very many matches.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::project::{Git, write};

/// How many lines of the project say `ledger`, at least.
pub const LEDGER_LINES: usize = 60_000;

/// Builds it as a git repository with a few commits, two branches and a tag.
pub fn hard_texts(root: &Path) {
    write(root, "README.md", "# Ledgers\n\nBooks of accounts in every script.\n\n- [The wide table](docs/table.md)\n");
    write(root, "texts/minified.js", &minified());
    write(root, "texts/arabic.txt", ARABIC);
    write(root, "texts/hebrew.md", HEBREW);
    write(root, "texts/cjk.md", CJK);
    write(root, "texts/combining.txt", COMBINING);
    write(root, "texts/hidden-marks.rs", &hidden_marks());
    write(
        root,
        "texts/mixed-ends.txt",
        "ends as on Unix\nends as on Windows\r\nends as on old Macs\rand again as on Unix\n\ttabs\tand  spaces \n",
    );
    write(root, "docs/table.md", &wide_table());
    write(root, "config/nested.json", &nested());
    write(root, "assets/drawing.svg", SVG);
    for (path, text) in RENDERERS {
        write(root, path, text);
    }
    write(root, "src/ledger.rs", &ledger_source());
    let git = Git(root);
    git.run(&["init", "-q", "-b", "main"]);
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Open the ledgers"]);
    git.run(&["tag", "-a", "v1.0", "-m", "The first edition"]);
    fs::rename(root.join("src/ledger.rs"), root.join("src/accounts.rs")).expect("it was just written");
    let text = ledger_source().replace("total += entry.pence;", "total += entry.pence; // in pence, never in pounds");
    write(root, "src/accounts.rs", &text);
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Call the ledger accounts, as everybody does\n\nThe word ledger stays for the bound volumes in `volumes/`.\nNothing that is counted changes by this."]);
    git.run(&["checkout", "-q", "-b", "auditing"]);
    write(root, "docs/audit.md", "# Audit\n\nEvery sum was added twice.\n");
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Audit the first volume"]);
    git.run(&["checkout", "-q", "main"]);
    write(root, "docs/reading.md", "# Reading\n\nFrom the left, from the right, from above.\n");
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Say how the accounts of the harbour office are read by those who never kept any, and in which order"]);
    git.run(&["merge", "-q", "--no-ff", "-m", "Take the audit in", "auditing"]);
}

/// Adds the volumes that make [`LEDGER_LINES`] lines say `ledger`.
pub fn add_volumes(root: &Path) {
    for volume in 0..60 {
        let mut text = String::new();
        for line in 0..LEDGER_LINES / 60 {
            let _ = writeln!(text, "ledger {volume:02}, folio {line:04}: paid to the harbour office, {} pence", line * 7 % 911);
        }
        write(root, &format!("volumes/volume-{volume:02}.txt"), &text);
    }
}

/// Changes lines of the source in all three ways, against what is committed.
pub fn change_source(root: &Path) {
    let file = root.join("src/accounts.rs");
    let text = fs::read_to_string(&file).expect("the project has it");
    let text = text
        .replace("let mut total = 0;", "let mut total: u64 = 0;\n    // Counted from the first folio.")
        .replace("/// One line of a ledger.\n", "");
    fs::write(&file, text).expect("the project can be written");
}

/// Some 2 MB in one line.
fn minified() -> String {
    let mut text = String::from("var ledger={};");
    let mut number = 0;
    while text.len() < 2_000_000 {
        let _ = write!(text, "ledger.f{number}=function(a,b){{return a+b*{number}+\"folio {number}\".length}};");
        number += 1;
    }
    text
}

/// A line that reads otherwise than it runs (CVE-2021-42574).
fn hidden_marks() -> String {
    "fn main() {\n    let level = \"user\";\n    if level != \"user\u{202e} \u{2066}// only clerks\u{2069} \u{2066}\" {\n        println!(\"the books are open\");\n    }\n}\n".into()
}

fn wide_table() -> String {
    let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let mut text = String::from("# The year\n\nA table that no window is wide enough for.\n\n| account |");
    months.iter().for_each(|month| text.push_str(&format!(" {month} of the running year |")));
    text.push_str("\n|---|");
    text.push_str(&"---:|".repeat(months.len()));
    text.push('\n');
    for account in ["harbour dues", "lamp oil", "rope and canvas", "a_name_without_any_place_to_break_it_that_goes_on_and_on"] {
        let _ = write!(text, "| `{account}` |");
        months.iter().enumerate().for_each(|(month, _)| text.push_str(&format!(" {},{:03} |", month + 3, month * 91 % 1000)));
        text.push('\n');
    }
    text.push_str("\nA word after it, and a line of code that is too long as well:\n\n```rust\nlet sum = accounts.iter().filter(|account| account.is_open()).map(|account| account.pence).fold(0_u64, |sum, pence| sum.checked_add(pence).unwrap_or(u64::MAX));\n```\n\n> Said once, and quoted since.\n");
    text
}

fn nested() -> String {
    let mut text = String::from("{\n  \"name\": \"ledgers\",\n  \"volumes\": [\n");
    for volume in 0..40 {
        let _ = writeln!(
            text,
            "    {{\n      \"number\": {volume},\n      \"title\": \"Volume {volume}\",\n      \"folios\": {{\n        \"first\": 1,\n        \"last\": 1000,\n        \"missing\": [3, 5, 8]\n      }}\n    }}{}",
            if volume < 39 { "," } else { "" }
        );
    }
    text.push_str("  ]\n}\n");
    text
}

fn ledger_source() -> String {
    let mut text = String::from(LEDGER);
    for folio in 0..90 {
        let _ = write!(
            text,
            "\n/// What stands on folio {folio}.\npub fn folio_{folio}(book: &Book) -> Option<&Entry> {{\n    book.entries.get({folio})\n}}\n"
        );
    }
    text
}

const LEDGER: &str = r#"//! Accounts of the harbour office.

/// One line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub account: String,
    pub pence: u64,
}

/// A bound volume.
#[derive(Debug, Default)]
pub struct Book {
    pub entries: Vec<Entry>,
}

impl Book {
    /// The sum of all entries, in pence.
    pub fn total(&self) -> u64 {
        let mut total = 0;
        for entry in &self.entries {
            if entry.account.is_empty() {
                continue;
            }
            total += entry.pence;
        }
        total
    }

    /// As it is printed.
    pub fn render(&self) -> String {
        self.entries.iter().map(|entry| format!("{}: {}\n", entry.account, entry.pence)).collect()
    }
}

fn main() {
    let book = Book::default();
    println!("{} of {}", book.render(), book.total());
}
"#;

const RENDERERS: [(&str, &str); 3] = [
    ("src/printing.rs", "//! Printing.\n\n/// Prints a page.\npub fn render(page: &str) -> String {\n    page.to_uppercase()\n}\n"),
    ("tools/print.py", "\"\"\"Prints.\"\"\"\n\n\ndef render(page):\n    return page.upper()\n"),
    ("web/print.ts", "export function render(page: string): string {\n  return page.toUpperCase();\n}\n"),
];

const ARABIC: &str = "دفتر الأستاذ لمكتب الميناء\n\nهذا سطر طويل باللغة العربية يحتوي على كلمة ledger وعلى الرقم 1234 في وسطه، ثم يستمر حتى نهاية السطر.\nfolio 12: الحساب الأول، 340 pence\nlet اسم = \"قيمة\"; // تعليق\n";

const HEBREW: &str = "# פנקס החשבונות\n\nזהו פסקה בעברית עם המילה `ledger` באמצע, ועם מספר 42.\n\n- פריט ראשון\n- פריט שני, עם [קישור](../README.md)\n\n| חשבון | סכום |\n|---|---|\n| שמן למנורות | 340 |\n\nAnd a paragraph in English below it.\n";

const CJK: &str = "# 台帳\n\n港湾事務所の会計簿です。一行がとても長いので、折り返しの位置を確かめるために、句読点も、「かぎ括弧」も、全角の数字１２３４も入れておきます。\n\n- 中文：这是一本账簿，每一页都有页码。\n- 한국어: 항구 사무소의 장부입니다.\n\n```python\n合計 = sum(金額 for 金額 in 台帳)  # 全部の金額\n```\n\n| 項目 | 金額 |\n|---|---:|\n| 灯油 | 340 |\n| 縄と帆布 | 1,280 |\n";

const COMBINING: &str = "composed: \u{e9} \u{f1} \u{fc}\ncombined: e\u{301} n\u{303} u\u{308}\nstacked: Z\u{335}\u{321}\u{317}\u{302}a\u{338}\u{316}\u{301}l\u{334}\u{327}\u{311}g\u{336}\u{323}\u{308}o\u{337}\u{31f}\u{30d}\nfamily: 👨\u{200d}👩\u{200d}👧\u{200d}👦 flag: 🇮🇸 hand: 👍🏽\nदेवनागरी: क्षत्रिय, हिन्दी\nไทย: น้ำมันตะเกียง\nTiếng Việt: sổ cái của cảng\nzero width: a\u{200b}b\u{200d}c\u{feff}d\nfull width: ＬＥＤＧＥＲ\n";

const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180" viewBox="0 0 320 180">
  <rect x="8" y="8" width="304" height="164" rx="12" fill="#dce8f2" stroke="#1b4f7d" stroke-width="3"/>
  <path d="M40 130 L90 70 L140 100 L200 40 L280 120" fill="none" stroke="#a3242b" stroke-width="5"/>
  <text x="40" y="160" font-family="sans-serif" font-size="16" fill="#1b1e1a">lamp oil by month</text>
</svg>
"##;
