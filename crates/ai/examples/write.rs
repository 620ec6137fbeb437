//! Writes a page about a folder with a model file, outside of the app: for trying prompts.
//!
//! `cargo run -p lectern-ai --example write -- PROGRAM MODEL FOLDER DOCS|EXPLANATION [TARGET] [--seed N] [--context N] [--json]`; the target is
//! nothing for the project, `folder:P`, `file:P`, `symbol:P:LINE`, `lines:P:A-B`. PROGRAM is `lectern-model` or `lectern`.

use std::{
    collections::HashMap,
    env,
    error::Error,
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_ai::{
    Answered, Ground, IndexCache, JobType, JournalError, Page, PlannedSlot, Planner, Policy, ProjectIndex, Subject, Version, VersionFile,
    WriteProgress, Writing, skeleton, to_markdown, write,
};
use lectern_llm::{Cancel, EmbeddedEngine, EmbeddedOptions, Engine, Identity, ModelToLoad, Place};
use lectern_objects::ObjectHash;

struct Folder {
    name: String,
    files: Vec<VersionFile>,
    contents: HashMap<ObjectHash, Arc<[u8]>>,
}

impl Folder {
    fn read(root: &Path) -> Result<Self, Box<dyn Error>> {
        let name = root.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy().into_owned());
        let mut folder = Self { name, files: Vec::new(), contents: HashMap::new() };
        folder.walk(root, root)?;
        folder.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(folder)
    }

    fn walk(&mut self, root: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_symlink() || [".git", "node_modules", "target", "dist"].contains(&name.as_ref()) {
                continue;
            }
            if path.is_dir() {
                self.walk(root, &path)?;
            } else if let (Ok(bytes), Some(relative)) = (fs::read(&path), path.strip_prefix(root).ok().and_then(Path::to_str)) {
                let object = ObjectHash::of(&bytes);
                self.files.push(VersionFile { path: relative.to_owned(), object, size: bytes.len() as u64 });
                self.contents.insert(object, bytes.into());
            }
        }
        Ok(())
    }
}

impl Version for Folder {
    fn project(&self) -> &str {
        &self.name
    }
    fn manifest_id(&self) -> &str {
        "example"
    }
    fn number(&self) -> u32 {
        1
    }
    fn files(&self) -> &[VersionFile] {
        &self.files
    }
    fn read(&self, object: &ObjectHash) -> Option<Arc<[u8]>> {
        self.contents.get(object).cloned()
    }
}

/// Prints prompts and answers as they come.
struct Shown {
    prompts: bool,
    stop_after: usize,
}

impl Writing for Shown {
    fn progress(&mut self, _: &WriteProgress) {}
    fn text(&mut self, _: &str, _: &str) {}
    fn answer_to(&mut self, _: &PlannedSlot) -> Option<Answered> {
        None
    }
    fn answered(&mut self, prompt: &PlannedSlot, answer: &Answered) -> Result<(), JournalError> {
        if self.prompts {
            for message in &prompt.messages {
                eprintln!("--- {:?}\n{}", message.role, message.text);
            }
        }
        eprintln!("=== {} ({} tokens)\n{}", prompt.name, prompt.tokens, answer.text.trim_end());
        Ok(())
    }
    fn page(&mut self, _: &Page) -> Result<(), JournalError> {
        self.stop_after = self.stop_after.saturating_sub(1);
        if self.stop_after == 0 { Err("enough slots".into()) } else { Ok(()) }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let number = |name: &str, default: u32| option(name).and_then(|value| value.parse().ok()).unwrap_or(default);
    let plain: Vec<&String> = arguments
        .iter()
        .enumerate()
        .filter(|(at, it)| {
            !it.starts_with("--")
                && !arguments
                    .get(at.wrapping_sub(1))
                    .is_some_and(|before| before.starts_with("--") && before != "--json" && before != "--prompts")
        })
        .map(|(_, it)| it)
        .collect();
    let [program, model, folder, job, rest @ ..] = &plain[..] else { return Err("PROGRAM MODEL FOLDER TYPE [TARGET]".into()) };
    let job = JobType::parse(job).ok_or("DOCS or EXPLANATION")?;
    let version = Folder::read(Path::new(folder.as_str()))?;
    let cancel = Cancel::new();
    let began = Instant::now();
    let index = ProjectIndex::build(&version, &IndexCache::default(), &cancel, &|_, _| {})?;
    eprintln!("{} files, {} definitions, {:?}", index.files().len(), index.symbols().len(), began.elapsed());
    let page = skeleton(&index, &version, job, &subject(rest.first().map_or("", |target| target.as_str()))?)?;

    let engine = EmbeddedEngine::new(EmbeddedOptions {
        program: program.as_str().into(),
        model: ModelToLoad {
            identity: Identity {
                id: "example".into(),
                name: model.rsplit('/').next().unwrap_or_default().into(),
                fingerprint: "example".into(),
                place: Place::Embedded,
            },
            path: model.as_str().into(),
            context: number("--context", 2048),
            needed_memory: 0,
            load_anyway: true,
        },
        threads: None,
        keep_loaded: Duration::from_secs(60),
        memory_limit: None,
        states: None,
    });
    let capacity = engine.load(&cancel)?;
    let ground = Ground { index: &index, version: &version, older: None };
    let planner = Planner::new(ground, job, &page, capacity, Policy { to_endpoint: false });
    eprintln!("{} slots, {capacity:?}", planner.len());
    let mut journal =
        Shown { prompts: arguments.iter().any(|argument| argument == "--prompts"), stop_after: number("--slots", u32::MAX) as usize };
    let page = write(&planner, page, &engine, number("--seed", 1), &mut journal, &cancel)?;
    if arguments.iter().any(|argument| argument == "--json") {
        println!("{}", serde_json::to_string_pretty(&page)?);
    } else {
        println!("{}", to_markdown(&page));
    }
    eprintln!("{:?}\n{:?}", page.checks, page.run);
    Ok(())
}

fn subject(target: &str) -> Result<Subject, Box<dyn Error>> {
    Ok(match target.split_once(':') {
        None => Subject::Project,
        Some(("folder", path)) => Subject::Folder { path: path.into() },
        Some(("file", path)) => Subject::File { path: path.into() },
        Some(("symbol", rest)) => {
            let (path, line) = rest.rsplit_once(':').ok_or("symbol:PATH:LINE")?;
            Subject::Symbol { path: path.into(), line: line.parse()?, name: String::new() }
        }
        Some(("lines", rest)) => {
            let (path, lines) = rest.rsplit_once(':').ok_or("lines:PATH:A-B")?;
            let (from, to) = lines.split_once('-').ok_or("A-B")?;
            Subject::Selection { path: path.into(), line_start: from.parse()?, line_end: to.parse()? }
        }
        Some(_) => return Err("folder:, file:, symbol: or lines:".into()),
    })
}
