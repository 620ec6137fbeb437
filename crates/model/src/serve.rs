//! The process itself: hears asks, answers them, ends when nobody is left who could ask.

use std::{
    collections::HashSet,
    env,
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    process::ExitCode,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_llm::{
    Message, Request,
    embedded::protocol::{Answer, Ask, Failure, LONGEST_LINE, Load, TOKEN, VERSION},
    hardware,
};

use crate::{
    facts,
    llama::{self, Context, Model},
    prompt::Prompter,
    reading::{AT_ONCE, Reader},
    system,
    writing::{self, Step},
};

/// After so long without an ask, what was read is kept on disk.
const QUIET: Duration = Duration::from_secs(2);
/// How often the memory is told of while text is written, in pieces of text.
const TELL_MEMORY: u32 = 32;
/// Text is told of this often at most: faster than anybody reads, and each time takes time from computing.
const TELL_TEXT: Duration = Duration::from_millis(30);

/// Runs the model's process until its stdin ends. Refuses to where it was not started by Lectern.
pub fn run() -> ExitCode {
    let Some(token) = env::var(TOKEN).ok().filter(|token| !token.is_empty()) else {
        eprintln!("lectern: this runs a language model for Lectern, which starts it by itself");
        return ExitCode::from(2);
    };
    if !system::belong_to_parent() {
        return ExitCode::FAILURE;
    }
    let Ok(answers) = system::take_stdout() else { return ExitCode::FAILURE };
    let desk =
        Arc::new(Desk { answers: Mutex::new(answers), working: Mutex::default(), interrupt: Arc::default(), prompter: Mutex::default() });
    let mut asks = BufReader::new(io::stdin());
    match next(&mut asks) {
        Some(Ask::Hello { token: said, .. }) if said == token => desk.say(&Answer::Ready { version: VERSION }),
        _ => return ExitCode::from(2),
    }
    let (work, works) = channel();
    let (count, counts) = channel();
    let counting = Arc::clone(&desk);
    let hearing = Arc::clone(&desk);
    let threads = [
        thread::Builder::new().name("count".into()).spawn(move || count_all(&counting, &counts)),
        thread::Builder::new().name("hear".into()).spawn(move || hear(&hearing, asks, &work, &count)),
    ];
    if threads.iter().any(Result::is_err) {
        return ExitCode::FAILURE;
    }
    work_all(&desk, &works);
    ExitCode::SUCCESS
}

/// What the threads share.
struct Desk {
    answers: Mutex<File>,
    working: Mutex<Working>,
    /// Set while what is computed is not wanted any more.
    interrupt: Arc<AtomicBool>,
    prompter: Mutex<Option<Arc<Prompter>>>,
}

#[derive(Default)]
struct Working {
    on: Option<u64>,
    /// Cancelled before they were begun.
    ahead: HashSet<u64>,
}

enum Work {
    Describe(std::path::PathBuf),
    Load(Load),
    Generate(Request),
}

struct Loaded {
    model: Arc<Model>,
    prompter: Arc<Prompter>,
    reader: Reader,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    fn say(&self, answer: &Answer) {
        let Ok(mut line) = serde_json::to_vec(answer) else { return };
        line.push(b'\n');
        if lock(&self.answers).write_all(&line).is_err() {
            system::gone();
        }
    }

    fn say_memory(&self) {
        if let Some(bytes) = system::resident() {
            self.say(&Answer::Resident { bytes });
        }
    }

    fn begin(&self, id: u64) {
        let mut working = lock(&self.working);
        working.on = Some(id);
        let cancelled = working.ahead.remove(&id);
        // Asks come in order: what was cancelled before this one is answered long since.
        working.ahead.retain(|ahead| *ahead > id);
        self.interrupt.store(cancelled, Ordering::Relaxed);
    }

    fn end(&self) {
        let mut working = lock(&self.working);
        working.on = None;
        self.interrupt.store(false, Ordering::Relaxed);
    }

    fn cancel(&self, id: u64) {
        let mut working = lock(&self.working);
        if working.on == Some(id) {
            self.interrupt.store(true, Ordering::Relaxed);
        } else {
            working.ahead.insert(id);
        }
    }

    fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

/// The next ask; `None` when there is none any more, or none that can be understood.
fn next(asks: &mut impl BufRead) -> Option<Ask> {
    let mut line = Vec::new();
    asks.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
    serde_json::from_slice(&line).ok()
}

fn hear(desk: &Desk, mut asks: impl BufRead, work: &Sender<(u64, Work)>, count: &Sender<(u64, Vec<Message>)>) {
    while let Some(ask) = next(&mut asks) {
        // Both receive for as long as this process lives.
        let _ = match ask {
            Ask::Hello { .. } => break,
            Ask::Cancel { id } => {
                desk.cancel(id);
                continue;
            }
            Ask::Count { id, messages } => count.send((id, messages)).is_ok(),
            Ask::Describe { id, path } => work.send((id, Work::Describe(path.to_path()))).is_ok(),
            Ask::Load { id, load } => work.send((id, Work::Load(load))).is_ok(),
            Ask::Generate { id, request } => work.send((id, Work::Generate(request))).is_ok(),
        };
    }
    system::gone();
}

fn count_all(desk: &Desk, counts: &Receiver<(u64, Vec<Message>)>) {
    while let Ok((id, messages)) = counts.recv() {
        let prompter = lock(&desk.prompter).clone();
        desk.say(&match prompter {
            Some(prompter) => Answer::Counted { id, tokens: u32::try_from(prompter.tokens(&messages).len()).unwrap_or(u32::MAX) },
            None => Answer::Failed { id, failure: not_loaded() },
        });
    }
}

fn work_all(desk: &Desk, works: &Receiver<(u64, Work)>) {
    let mut loaded: Option<Loaded> = None;
    let mut idle = false;
    loop {
        let next = if idle { works.recv().map_err(|_| RecvTimeoutError::Disconnected) } else { works.recv_timeout(QUIET) };
        let (id, work) = match next {
            Ok(next) => next,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                idle = true;
                if let Some(loaded) = &mut loaded {
                    loaded.reader.idle();
                }
                continue;
            }
        };
        idle = false;
        desk.begin(id);
        let answered = match work {
            Work::Describe(path) => describe(&path).map(|facts| Answer::Described { id, facts }),
            Work::Load(load) => self::load(desk, &load).map(|new| {
                let context = new.reader.size();
                *lock(&desk.prompter) = Some(Arc::clone(&new.prompter));
                loaded = Some(new);
                desk.say_memory();
                Answer::Loaded { id, context, gpu: llama::offloads() }
            }),
            Work::Generate(request) => generate(desk, loaded.as_mut(), id, &request),
        };
        desk.end();
        desk.say(&answered.unwrap_or_else(|failure| Answer::Failed { id, failure }));
    }
}

fn describe(path: &std::path::Path) -> Result<lectern_llm::ModelFacts, Failure> {
    runs_here()?;
    facts::describe(path).map_err(|message| Failure::BadModel { message })
}

fn load(desk: &Desk, load: &Load) -> Result<Loaded, Failure> {
    let path = load.path.to_path();
    // Says in plain words what is wrong with a file that is no model.
    describe(&path)?;
    llama::complaint();
    let bad = |otherwise: &str| {
        let complaint = llama::complaint();
        Failure::BadModel { message: format!("this model can't be loaded: {}", if complaint.is_empty() { otherwise } else { &complaint }) }
    };
    let Some(model) = Model::load(&path, &|| !desk.interrupted()) else {
        return Err(if desk.interrupted() { Failure::Cancelled } else { bad("llama.cpp does not say why") });
    };
    if !model.writes() {
        return Err(Failure::BadModel { message: "this model does not write text".into() });
    }
    let model = Arc::new(model);
    let at_once = u32::try_from(AT_ONCE).unwrap_or(u32::MAX).min(load.context.max(1));
    let context = Context::new(Arc::clone(&model), load.context, at_once, load.threads, Arc::clone(&desk.interrupt));
    let context = context.ok_or_else(|| bad("there is not enough memory for its context"))?;
    let states = load.states.as_ref().map(lectern_llm::embedded::protocol::WirePath::to_path);
    let reader = Reader::new(context, states.as_deref(), &load.sha256);
    Ok(Loaded { prompter: Arc::new(Prompter::new(Arc::clone(&model))), model, reader })
}

fn generate(desk: &Desk, loaded: Option<&mut Loaded>, id: u64, request: &Request) -> Result<Answer, Failure> {
    let loaded = loaded.ok_or_else(not_loaded)?;
    let mut pieces = 0;
    let (mut held, mut told): (String, Option<Instant>) = Default::default();
    let mut tell = |step| {
        match step {
            Step::Read { done, total } => desk.say(&Answer::Reading { id, done, total }),
            Step::Text(text) => {
                held.push_str(&text);
                if told.is_some_and(|told| told.elapsed() < TELL_TEXT) {
                    return;
                }
                told = Some(Instant::now());
                desk.say(&Answer::Text { id, text: std::mem::take(&mut held) });
            }
        }
        pieces += 1;
        if pieces % TELL_MEMORY == 0 {
            desk.say_memory();
        }
    };
    llama::complaint();
    let finished = writing::write(&loaded.model, &loaded.prompter, &mut loaded.reader, request, &mut tell, &|| desk.interrupted())?;
    if !held.is_empty() {
        desk.say(&Answer::Text { id, text: held });
    }
    desk.say_memory();
    Ok(Answer::Finished { id, finished })
}

fn runs_here() -> Result<(), Failure> {
    hardware::processor_problem().map_or(Ok(()), |message| Err(Failure::BadModel { message }))
}

fn not_loaded() -> Failure {
    Failure::Stopped { message: "no model is loaded".into() }
}
