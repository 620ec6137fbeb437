//! Prints the page that code writes about a folder on disk, as JSON or as a summary; nothing is stored.
//!
//! `facts FOLDER [--subject project|folder:PATH|file:PATH|symbol:PATH:LINE|selection:PATH:FROM-TO] [--explain] [--summary] [--definitions] [--svg FILE]`

use std::{
    collections::HashMap,
    error::Error,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use lectern_ai::{Block, DiagramColours, Focus, IndexCache, JobType, Page, ProjectIndex, Subject, Version, VersionFile, skeleton, to_svg};
use lectern_llm::Cancel;
use lectern_objects::ObjectHash;

/// A folder as if it were a version.
struct Folder {
    root: PathBuf,
    name: String,
    files: Vec<VersionFile>,
    paths: HashMap<ObjectHash, String>,
}

impl Folder {
    fn open(root: &Path) -> std::io::Result<Self> {
        let mut files = Vec::new();
        let mut waiting = vec![root.to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let (entry, path) = (entry.as_ref().map(|entry| entry.file_type()), entry.as_ref().map(|entry| entry.path()));
                let (Ok(Ok(kind)), Ok(path)) = (entry, path) else { continue };
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if kind.is_dir() && !matches!(name.as_str(), ".git" | "target" | "node_modules" | "dist") {
                    waiting.push(path);
                } else if kind.is_file()
                    && let Some(relative) = path.strip_prefix(root).ok().and_then(Path::to_str)
                {
                    let bytes = std::fs::read(&path)?;
                    files.push(VersionFile { path: relative.to_owned(), object: ObjectHash::of(&bytes), size: bytes.len() as u64 });
                }
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let paths = files.iter().map(|file| (file.object, file.path.clone())).collect();
        let name = root.canonicalize()?.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { root: root.to_owned(), name, files, paths })
    }
}

impl Version for Folder {
    fn project(&self) -> &str {
        &self.name
    }

    fn manifest_id(&self) -> &str {
        "folder"
    }

    fn number(&self) -> u32 {
        1
    }

    fn files(&self) -> &[VersionFile] {
        &self.files
    }

    fn read(&self, object: &ObjectHash) -> Option<Arc<[u8]>> {
        std::fs::read(self.root.join(self.paths.get(object)?)).ok().map(Arc::from)
    }
}

fn subject(text: &str) -> Option<Subject> {
    let Some((kind, rest)) = text.split_once(':') else { return (text == "project").then_some(Subject::Project) };
    let path = rest.to_owned();
    Some(match kind {
        "folder" => Subject::Folder { path },
        "file" => Subject::File { path },
        "symbol" => {
            let (path, line) = rest.rsplit_once(':')?;
            Subject::Symbol { path: path.to_owned(), line: line.parse().ok()?, name: String::new() }
        }
        "selection" => {
            let (path, lines) = rest.rsplit_once(':')?;
            let (from, to) = lines.split_once('-')?;
            Subject::Selection { path: path.to_owned(), line_start: from.parse().ok()?, line_end: to.parse().ok()? }
        }
        _ => return None,
    })
}

/// Kilobytes of memory at most so far; 0 where the system doesn't say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// What holds of every page: citations that lead somewhere, in order, each once.
fn check(page: &Page, version: &Folder, index: &ProjectIndex) -> (usize, usize) {
    let mut wrong = 0;
    let mut seen = std::collections::HashSet::new();
    for (at, citation) in page.citations.iter().enumerate() {
        let file = index.file(&citation.path).map(|file| &index[file]);
        let holds = file.is_some_and(|file| {
            citation.line_start >= 1
                && citation.line_start <= citation.line_end
                && citation.line_end <= file.lines
                && file.object.to_string() == citation.object
        });
        wrong +=
            usize::from(!holds || citation.id as usize != at + 1 || !seen.insert((&citation.path, citation.line_start, citation.line_end)));
    }
    let mut unequal = 0;
    let mut texts: HashMap<&str, String> = HashMap::new();
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        let Block::Symbols { symbols } = block else { continue };
        for symbol in symbols {
            let citation = &page.citations[symbol.citation as usize - 1];
            let text = texts.entry(&citation.path).or_insert_with(|| {
                let bytes = std::fs::read(version.root.join(&citation.path)).unwrap_or_default();
                lectern_reader::decode(bytes).text
            });
            unequal += usize::from(symbol.signature.is_empty() || !text.contains(&symbol.signature));
        }
    }
    (wrong, unequal)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|each| each == name).and_then(|at| arguments.get(at + 1)).map(String::as_str);
    let root = arguments.first().ok_or("which folder?")?;
    let version = Folder::open(Path::new(root))?;
    let subject = value("--subject").map_or(Some(Subject::Project), subject).ok_or("no such subject")?;
    let job = if arguments.iter().any(|each| each == "--explain") { JobType::Explanation } else { JobType::Docs };
    let before = peak_memory();
    let cache = IndexCache::default();
    let started = Instant::now();
    let index = ProjectIndex::build(&version, &cache, &Cancel::new(), &|_, _| {})?;
    let built = started.elapsed();
    let started = Instant::now();
    let again = ProjectIndex::build(&version, &cache, &Cancel::new(), &|_, _| {})?;
    let rebuilt = started.elapsed();
    drop(again);
    let started = Instant::now();
    let page = skeleton(&index, &version, job, &subject)?;
    let made = started.elapsed();
    let started = Instant::now();
    let ranked = index.rank(&Focus::default());
    let rank = started.elapsed();
    if let Some(path) = value("--svg") {
        let diagrams = page.sections.iter().flat_map(|section| &section.blocks);
        let diagram = diagrams.filter_map(|block| if let Block::Diagram(diagram) = block { Some(diagram) } else { None }).next();
        std::fs::write(path, to_svg(diagram.ok_or("the page has no diagram")?, &DiagramColours::default()))?;
    }
    if arguments.iter().any(|each| each == "--definitions") {
        for symbol in index.symbols() {
            let sign = if symbol.public { '+' } else { '-' };
            println!("{sign}\t{}\t{}\t{}\t{}", index[symbol.file].path, symbol.name_line, symbol.kind.as_str(), symbol.name);
        }
        return Ok(());
    }
    if !arguments.iter().any(|each| each == "--summary") {
        println!("{}", serde_json::to_string_pretty(&page)?);
        return Ok(());
    }
    let symbols = index.symbols();
    let public = symbols.iter().filter(|symbol| symbol.public).count();
    let uses: usize = (0..symbols.len()).map(|at| index.users(lectern_ai::SymbolId(at as u32)).len()).sum();
    let (wrong, unequal) = check(&page, &version, &index);
    let slots = serde_json::to_string(&page)?.matches("\"slot\":").count();
    println!("files {}, symbols {}, public {public}, users {uses}", version.files.len(), symbols.len());
    println!("built in {built:?}, again {rebuilt:?}; page in {made:?}; ranked in {rank:?}");
    println!("memory at most {} MB more, cache {} MB", (peak_memory() - before) / 1024, cache.weight() >> 20);
    println!(
        "page: {} sections, {} symbols, {} citations ({wrong} wrong), {unequal} signatures that are not in their file, {slots} slots, {} KB",
        page.sections.len(),
        page.checks.symbols,
        page.citations.len(),
        serde_json::to_vec(&page)?.len() / 1024
    );
    for (symbol, share) in ranked.iter().take(15) {
        println!("  {share:.5} {} {} ({} users)", index[index[*symbol].file].path, index[*symbol].qualified, index.users(*symbol).len());
    }
    let mut languages: std::collections::BTreeMap<&str, (usize, usize, usize)> = std::collections::BTreeMap::new();
    for symbol in symbols {
        let entry = languages.entry(index[symbol.file].language.unwrap_or("?")).or_default();
        entry.0 += 1;
        entry.1 += usize::from(symbol.public);
        entry.2 += usize::from(symbol.doc.is_some());
    }
    for (language, (all, public, documented)) in languages {
        println!("  {language}: {all} symbols, {public} public, {documented} with docs");
    }
    Ok(())
}
