//! A small project and a model that says what it is told to, for tests.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use lectern_llm::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, Place, Reason, Request, Told};
use lectern_objects::ObjectHash;

use crate::{
    Answered, Block, Checks, Ground, IndexCache, JobType, JournalError, KeptPrompt, ListItem, PAGE_FORMAT, Page, PlannedSlot, Planner,
    Policy, ProjectIndex, Prose, ProseState, Run, Section, Subject, Version, VersionFile, WriteProgress, Writing,
};

pub(crate) const SYNC: &str = "//! Syncs a folder.\n\nuse crate::store::Store;\n\n/// What a sync would do.\npub struct SyncPlan {\n    pub added: Vec<String>,\n    pub removed: Vec<String>,\n}\n\n/// Compares the folder with the newest manifest.\npub fn plan(store: &Store, folder: &[String]) -> SyncPlan {\n    let manifest = store.newest_manifest();\n    let added = folder.iter().filter(|path| !manifest.contains(path)).cloned().collect();\n    let removed = manifest.iter().filter(|path| !folder.contains(path)).cloned().collect();\n    SyncPlan { added, removed }\n}\n\npub fn commit(store: &mut Store, plan: SyncPlan) {\n    for path in plan.removed {\n        store.forget(&path);\n    }\n    for path in plan.added {\n        store.remember(path);\n    }\n    store.write_head(\"HEAD\");\n}\n";
pub(crate) const STORE: &str = "//! Keeps manifests.\n\npub struct Store {\n    paths: Vec<String>,\n}\n\nimpl Store {\n    pub fn newest_manifest(&self) -> Vec<String> {\n        self.paths.clone()\n    }\n\n    pub fn forget(&mut self, path: &str) {\n        self.paths.retain(|each| each != path);\n    }\n\n    pub fn remember(&mut self, path: String) {\n        self.paths.push(path);\n    }\n\n    pub fn write_head(&self, name: &str) {\n        std::fs::write(name, self.paths.join(\"\\n\")).ok();\n    }\n}\n";

/// A version in memory.
pub(crate) struct Files {
    number: u32,
    files: Vec<VersionFile>,
    contents: Mutex<BTreeMap<ObjectHash, Arc<[u8]>>>,
}

impl Files {
    pub fn new(number: u32, files: &[(&str, &[u8])]) -> Self {
        let mut contents = BTreeMap::new();
        let mut listed: Vec<VersionFile> = files
            .iter()
            .map(|(path, bytes)| {
                let object = ObjectHash::of(bytes);
                contents.insert(object, Arc::from(*bytes));
                VersionFile { path: (*path).to_owned(), object, size: bytes.len() as u64 }
            })
            .collect();
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        Self { number, files: listed, contents: Mutex::new(contents) }
    }

    pub fn ferry() -> Self {
        Self::ferry_with(&[])
    }

    pub fn ferry_with(more: &[(&str, &[u8])]) -> Self {
        let readme = b"# Ferry\n\nFerry carries folders across computers.\n".as_slice();
        let main = b"mod store;\nmod sync;\n\nfn main() {\n    let mut store = store::Store::default();\n    let plan = sync::plan(&store, &[]);\n    sync::commit(&mut store, plan);\n}\n".as_slice();
        let mut files =
            vec![("README.md", readme), ("src/main.rs", main), ("src/store.rs", STORE.as_bytes()), ("src/sync.rs", SYNC.as_bytes())];
        files.retain(|(path, _)| !more.iter().any(|(other, _)| other == path));
        files.extend(more);
        Self::new(3, &files)
    }

    /// Lets the contents of a file become others behind its hash, or none.
    pub fn spoil(&self, path: &str, bytes: Option<&[u8]>) {
        let file = self.files.iter().find(|file| file.path == path).expect("a file");
        let mut contents = self.contents.lock().expect("nobody panics");
        match bytes {
            Some(bytes) => contents.insert(file.object, Arc::from(bytes)),
            None => contents.remove(&file.object),
        };
    }

    pub fn index(&self) -> ProjectIndex {
        ProjectIndex::build(self, &IndexCache::default(), &Cancel::new(), &|_, _| {}).expect("an index")
    }
}

impl Version for Files {
    fn project(&self) -> &str {
        "ferry"
    }
    fn manifest_id(&self) -> &str {
        "0197-manifest"
    }
    fn number(&self) -> u32 {
        self.number
    }
    fn files(&self) -> &[VersionFile] {
        &self.files
    }
    fn read(&self, object: &ObjectHash) -> Option<Arc<[u8]>> {
        self.contents.lock().expect("nobody panics").get(object).cloned()
    }
}

/// A page with these slots, the first `overview`-like ones as prose, the rest in a list.
pub(crate) fn page(subject: Subject, slots: &[&str]) -> Page {
    let waiting = |slot: &str| Prose { slot: slot.to_owned(), state: ProseState::Waiting, sentences: vec![] };
    let mut sections = vec![Section { id: "overview".into(), title: "Overview".into(), level: 2, blocks: vec![] }];
    for slot in slots {
        if slot.starts_with("symbol:") {
            let item = ListItem { term: (*slot).to_owned(), text: String::new(), citation: None, prose: Some(waiting(slot)) };
            let blocks = vec![Block::List { caption: "Definitions".into(), items: vec![item], more: 0 }];
            sections.push(Section { id: (*slot).to_owned(), title: (*slot).to_owned(), level: 3, blocks });
        } else {
            sections[0].blocks.push(Block::Prose(waiting(slot)));
        }
    }
    Page {
        format: PAGE_FORMAT,
        title: "Ferry".into(),
        subject,
        manifest_id: "0197-manifest".into(),
        version: 3,
        writer: None,
        sections,
        citations: vec![],
        files_read: 4,
        checks: Checks::default(),
        run: Run::default(),
    }
}

pub(crate) const SLOTS: [&str; 4] = ["overview", "file:src/sync.rs", "symbol:src/sync.rs#plan", "symbol:src/sync.rs#commit"];

pub(crate) fn planner<'a>(version: &'a Files, index: &'a ProjectIndex, page: &Page, context: u32, to_endpoint: bool) -> Planner<'a> {
    let capacity = Capacity { context, counts_exactly: true, keeps_grammar: true };
    Planner::new(Ground { index, version, older: None }, JobType::Docs, page, capacity, Policy { to_endpoint })
}

/// Four bytes are a token.
pub(crate) fn count(messages: &[Message]) -> Result<u32, EngineError> {
    Ok(u32::try_from(messages.iter().map(|message| message.text.len().div_ceil(4) + 4).sum::<usize>()).expect("short"))
}

type Script = dyn Fn(&Request, u32) -> Result<String, EngineError> + Send + Sync;

/// Answers what the script says; the script hears the request and how many came before it.
pub(crate) struct Scripted {
    identity: Identity,
    context: u32,
    script: Box<Script>,
    asked: AtomicU32,
    pub requests: Mutex<Vec<Request>>,
}

impl Scripted {
    pub fn new(script: impl Fn(&Request, u32) -> Result<String, EngineError> + Send + Sync + 'static) -> Self {
        let identity = Identity { id: "m".into(), name: "Scripted".into(), fingerprint: "f".into(), place: Place::Embedded };
        Self { identity, context: 2048, script: Box::new(script), asked: AtomicU32::new(0), requests: Mutex::default() }
    }

    pub fn saying(answer: &'static str) -> Self {
        Self::new(move |_, _| Ok(answer.to_owned()))
    }

    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Engine for Scripted {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn load(&self, _: &Cancel) -> Result<Capacity, EngineError> {
        Ok(Capacity { context: self.context, counts_exactly: true, keeps_grammar: true })
    }

    fn count_tokens(&self, messages: &[Message], _: &Cancel) -> Result<u32, EngineError> {
        count(messages)
    }

    fn generate(&self, request: &Request, told: &mut dyn FnMut(Told<'_>), cancel: &Cancel) -> Result<Finished, EngineError> {
        self.requests.lock().expect("nobody panics").push(request.clone());
        let answer = (self.script)(request, self.asked.fetch_add(1, Ordering::Relaxed))?;
        let prompt = count(&request.messages)?;
        told(Told::Reading { done: prompt, total: prompt });
        // An answer that ends in a bar was cut off there.
        let (answer, reason) = answer.strip_suffix('|').map_or((answer.as_str(), Reason::Complete), |cut| (cut, Reason::Length));
        for piece in answer.split_inclusive(' ') {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            told(Told::Text(piece));
        }
        Ok(Finished { reason, prompt_tokens: prompt, reused_tokens: 0, generated_tokens: 7, prompt_ms: 2.0, generate_ms: 3.0 })
    }
}

/// Remembers everything it is told.
#[derive(Default)]
pub(crate) struct Journal {
    pub progress: Vec<WriteProgress>,
    pub texts: Vec<(String, String)>,
    pub answers: Vec<(String, String)>,
    /// The same, as rows.
    pub kept: Vec<KeptPrompt>,
    pub pages: Vec<Page>,
    /// Refuses the page after so many.
    pub full_after: Option<usize>,
}

impl Writing for Journal {
    fn progress(&mut self, progress: &WriteProgress) {
        self.progress.push(progress.clone());
    }
    fn text(&mut self, slot: &str, text: &str) {
        self.texts.push((slot.to_owned(), text.to_owned()));
    }
    fn answer_to(&mut self, prompt: &PlannedSlot) -> Option<Answered> {
        self.kept.iter().find_map(|kept| kept.answer_to(prompt))
    }
    fn answered(&mut self, prompt: &PlannedSlot, answer: &Answered) -> Result<(), JournalError> {
        self.answers.push((prompt.name.clone(), answer.text.clone()));
        self.kept.push(KeptPrompt::new(prompt, Some(answer)));
        Ok(())
    }
    fn page(&mut self, page: &Page) -> Result<(), JournalError> {
        if self.full_after == Some(self.pages.len()) {
            return Err("the disk is full".into());
        }
        self.pages.push(page.clone());
        Ok(())
    }
}
