//! A whole project's pages, written by `lectern docs` itself, then judged by what lies on disk: not by the index that the pages were made with.
//!
//! `docs_bench LECTERN FOLDER DATA OUT [--no-prose]`: DATA is the data folder of the run (pages that are in it already are not written again), OUT
//! gets the Markdown.

mod patterns;
mod site;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use lectern_ai::{Block, Page, Part, Prose, Subject};
use lectern_objects::ObjectHash;

/// So many of what is wrong are named.
const NAMED: usize = 12;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder, data, out, rest @ ..] = &arguments[..] else { return Err("LECTERN FOLDER DATA OUT".into()) };
    let run = Run { program: program.into(), folder: fs::canonicalize(folder)?, data: data.into(), rest: rest.to_vec() };
    let began = Instant::now();
    let told = run.lectern(&["docs", "--out", out])?;
    let seconds = began.elapsed().as_secs_f64();
    let told: serde_json::Value = serde_json::from_str(&told)?;
    println!("lectern docs: {} pages of v{} in {seconds:.0} s, {} Markdown files", told["pages"], told["version"], told["files"]);
    let site = site::read(Path::new(out))?;
    let pages = run.pages(&site)?;
    let disk = Disk::read(&run.folder)?;
    figures(&pages, &disk, seconds);
    let wrong = proofs(&pages, &disk) + site::links(&site) + completeness(&pages, &disk);
    if wrong > 0 { Err(format!("{wrong} are wrong").into()) } else { Ok(()) }
}

struct Run {
    program: PathBuf,
    folder: PathBuf,
    data: PathBuf,
    rest: Vec<String>,
}

impl Run {
    /// What a headless command printed as JSON; its progress goes to the terminal.
    fn lectern(&self, words: &[&str]) -> Outcome<String> {
        let mut command = Command::new(&self.program);
        command.arg("--json").arg("--data-dir").arg(&self.data).arg(words[0]).arg(&self.folder).args(&words[1..]).args(&self.rest);
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("lectern {words:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stdout)).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Every page as it is stored: asked for again, it is not written again.
    fn pages(&self, site: &BTreeMap<String, String>) -> Outcome<Vec<Page>> {
        let mut pages = Vec::new();
        for path in site::paths(site) {
            let target = path.iter().flat_map(|path| ["--target", path.as_str()]);
            let words: Vec<&str> = ["ai", "--type", "DOCS"].into_iter().chain(target).collect();
            let mut told: serde_json::Value = serde_json::from_str(&self.lectern(&words)?)?;
            pages.push(serde_json::from_value(told["result"].take())?);
        }
        Ok(pages)
    }
}

/// The project's files, as they lie there.
struct Disk {
    files: HashMap<String, (String, String)>,
    words: BTreeSet<String>,
}

impl Disk {
    fn read(root: &Path) -> Outcome<Self> {
        let (mut files, mut words, mut waiting) = (HashMap::new(), BTreeSet::new(), vec![root.to_owned()]);
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder)? {
                let (kind, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
                if kind?.is_dir() {
                    waiting.extend((path.file_name() != Some(".git".as_ref())).then_some(path));
                } else if let (Ok(bytes), Some(name)) = (fs::read(&path), path.strip_prefix(root).ok().and_then(Path::to_str)) {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    words.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
                    words.extend(name.split(['/', '.']).map(str::to_owned));
                    files.insert(name.to_owned(), (ObjectHash::of(&bytes).to_string(), text));
                }
            }
        }
        Ok(Self { files, words })
    }

    /// Lines of a file, 1-based, inclusive, where they exist and the file has this hash.
    fn lines(&self, citation: &lectern_ai::Citation) -> Option<String> {
        let (hash, text) = self.files.get(&citation.path)?;
        let lines: Vec<&str> = text.lines().collect();
        let (from, to) = (citation.line_start as usize, citation.line_end as usize);
        (*hash == citation.object && from >= 1 && from <= to).then_some(())?;
        // A last line may be empty.
        Some(lines.get(from - 1..to.min(lines.len())).filter(|_| to <= lines.len() + 1)?.join("\n"))
    }
}

fn blocks(page: &Page) -> impl Iterator<Item = &Block> {
    page.sections.iter().flat_map(|section| &section.blocks)
}

fn proses(page: &Page) -> Vec<&Prose> {
    fn of(block: &Block) -> Vec<&Prose> {
        match block {
            Block::Prose(prose) => vec![prose],
            Block::Symbols { symbols } => symbols.iter().filter_map(|symbol| symbol.prose.as_ref()).collect(),
            Block::List { items, .. } => items.iter().filter_map(|item| item.prose.as_ref()).collect(),
            _ => vec![],
        }
    }
    blocks(page).flat_map(of).collect()
}

/// Name, signature and citation of every definition on a page.
fn definitions(page: &Page) -> Vec<(&str, &str, u32)> {
    fn of(block: &Block) -> Vec<(&str, &str, u32)> {
        match block {
            Block::Symbols { symbols } => symbols.iter().map(|each| (&*each.name, &*each.signature, each.citation)).collect(),
            Block::Brief { symbols } => symbols.iter().map(|each| (&*each.name, &*each.signature, each.citation)).collect(),
            _ => vec![],
        }
    }
    blocks(page).flat_map(of).collect()
}

fn figures(pages: &[Page], disk: &Disk, seconds: f64) {
    let slots: usize = pages.iter().map(|page| proses(page).len()).sum();
    let empty: usize = pages.iter().flat_map(proses).filter(|prose| prose.sentences.is_empty()).count();
    let sum = |of: &dyn Fn(&Page) -> f64| pages.iter().map(of).sum::<f64>();
    let (prompt, reused) = (sum(&|page| f64::from(page.run.prompt_tokens)), sum(&|page| f64::from(page.run.reused_tokens)));
    let written = sum(&|page| f64::from(page.run.generated_tokens));
    let (reading, writing) = (sum(&|page| page.run.prompt_ms) / 1000.0, sum(&|page| page.run.generate_ms) / 1000.0);
    let largest = pages.iter().map(|page| serde_json::to_vec(page).map_or(0, |json| json.len())).max().unwrap_or(0);
    println!(
        "files {}, pages and jobs {}, slots {slots} ({empty} without prose), largest page {} KB",
        disk.files.len(),
        pages.len(),
        largest / 1024
    );
    println!(
        "seconds {seconds:.0} now, {:.0} in all jobs; answers {}; prompt tokens {prompt:.0} ({reused:.0} known already), {:.0} tokens/s; written {written:.0}, {:.1} tokens/s",
        sum(&|page| page.run.duration_ms) / 1000.0,
        sum(&|page| f64::from(page.run.answers)),
        (prompt - reused) / reading.max(0.001),
        written / writing.max(0.001)
    );
    println!(
        "sentences {}, cited {}, marked {}, dropped {}; citations dropped {}; names known {}, struck {}, paths struck {}; secrets withheld {}; read in parts {}",
        sum(&|page| f64::from(page.checks.sentences)),
        sum(&|page| f64::from(page.checks.cited)),
        sum(&|page| f64::from(page.checks.uncited)),
        sum(&|page| f64::from(page.checks.sentences_dropped)),
        sum(&|page| f64::from(page.checks.citations_dropped)),
        sum(&|page| f64::from(page.checks.names_known)),
        sum(&|page| f64::from(page.checks.names_unknown)),
        sum(&|page| f64::from(page.checks.paths_unknown)),
        sum(&|page| f64::from(page.checks.secrets_withheld)),
        sum(&|page| f64::from(page.checks.parts)),
    );
}

/// Citations, signatures and names against the files on disk; how many do not hold.
fn proofs(pages: &[Page], disk: &Disk) -> usize {
    let (mut citations, mut signatures, mut names) = (0, 0, 0);
    let mut wrong = Vec::new();
    for page in pages {
        let at = |id: u32| page.citations.get((id as usize).wrapping_sub(1)).filter(|citation| citation.id == id);
        for citation in &page.citations {
            citations += 1;
            if disk.lines(citation).is_none() {
                wrong.push(format!("{}: citation {citation:?}", page.title));
            }
        }
        for (name, signature, citation) in definitions(page) {
            signatures += 1;
            let lines = at(citation).and_then(|citation| disk.lines(citation)).unwrap_or_default();
            if signature.is_empty() || !lines.contains(&signature.replace("\r\n", "\n")) {
                wrong.push(format!("{}: the signature of {name} is not in its lines", page.title));
            }
        }
        for sentence in proses(page).into_iter().flat_map(|prose| &prose.sentences) {
            for part in &sentence.parts {
                let Part::Name { text, .. } = part else { continue };
                names += 1;
                let last = text.split(|c: char| !c.is_alphanumeric() && c != '_').rfind(|word| !word.is_empty()).unwrap_or_default();
                if !disk.words.contains(last) {
                    wrong.push(format!("{}: nothing is called {text}", page.title));
                }
            }
            if let Some(id) = sentence.citations.iter().find(|id| at(**id).is_none()) {
                wrong.push(format!("{}: a sentence cites {id}, which the page does not have", page.title));
            }
        }
    }
    println!("citations {citations}, signatures {signatures}, names in sentences {names}: {} do not hold", wrong.len());
    wrong.iter().take(NAMED).for_each(|each| println!("  {each}"));
    wrong.len()
}

/// What patterns find of each language, on the page of its file and on the project's; how many are missing.
fn completeness(pages: &[Page], disk: &Disk) -> usize {
    let mut missing = 0;
    for (what, is_it) in [("the pages of their files", false), ("the project's page", true)] {
        let (mut wanted, mut lacks): (usize, Vec<String>) = (0, Vec::new());
        for page in pages.iter().filter(|page| (page.subject == Subject::Project) == is_it) {
            let mut shown: HashMap<&str, Vec<(&str, u32, u32)>> = HashMap::new();
            for (name, _, id) in definitions(page) {
                let Some(citation) = page.citations.get(id as usize - 1) else { continue };
                let last = name.rsplit([':', '.']).next().unwrap_or(name);
                shown.entry(&citation.path).or_default().push((last, citation.line_start, citation.line_end));
            }
            let files: Vec<&str> = match &page.subject {
                Subject::File { path } => vec![path.as_str()],
                _ => listed(page),
            };
            for path in files {
                let Some((_, text)) = disk.files.get(path) else { continue };
                for (name, line) in patterns::public(path, text) {
                    wanted += 1;
                    let here = shown.get(path).into_iter().flatten();
                    if !here.into_iter().any(|(shown, from, to)| *shown == name && (*from..=*to).contains(&line)) {
                        lacks.push(format!("{path}:{line} {name}"));
                    }
                }
            }
        }
        println!("public by patterns {wanted}, on {what} {}", wanted - lacks.len());
        lacks.iter().take(NAMED).for_each(|each| println!("  missing: {each}"));
        missing += lacks.len();
    }
    missing
}

/// The files that a page of many says it is about.
fn listed(page: &Page) -> Vec<&str> {
    let sections = page.sections.iter().filter(|section| section.id.starts_with("folder:"));
    let lists = sections.flat_map(|section| &section.blocks);
    let items =
        lists.filter_map(|block| if let Block::List { caption, items, .. } = block { (caption == "Files").then_some(items) } else { None });
    let ids = items.flatten().filter_map(|item| item.citation);
    ids.filter_map(|id| page.citations.get(id as usize - 1)).map(|citation| citation.path.as_str()).collect()
}
