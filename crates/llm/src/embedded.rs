//! The embedded model: an [`Engine`] over a process of its own, which is started when it is needed and can crash without harm.

mod process;
pub mod protocol;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use process::{Call, LOOK, Process, Silence};
use protocol::{Answer, Ask, Load, WirePath};

use crate::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, ModelFacts, Request, Told, hardware};

/// How long a model stays loaded after it was last used, where nobody says otherwise.
pub const KEEP_LOADED: Duration = Duration::from_secs(300);
/// How long the process may take to answer a cancel before it is ended.
const CANCELLED_WITHIN: Duration = Duration::from_millis(400);

/// How to run a model.
#[derive(Debug, Clone)]
pub struct EmbeddedOptions {
    /// The program `lectern`.
    pub program: PathBuf,
    /// What to load.
    pub model: ModelToLoad,
    /// Threads that compute; `None` for one a core.
    pub threads: Option<u32>,
    /// How long it stays loaded after it was last used: [`KEEP_LOADED`].
    pub keep_loaded: Duration,
    /// Bytes it may take at most; `None` for what is free.
    pub memory_limit: Option<u64>,
    /// Where what was read of prompts is kept, so that they are answered sooner after a restart: `models/state` in the data folder. Holds
    /// the text of prompts in a form that can be read back. `None` keeps nothing.
    pub states: Option<PathBuf>,
}

/// A model file to load.
#[derive(Debug, Clone)]
pub struct ModelToLoad {
    /// What it is; the fingerprint is the file's SHA-256.
    pub identity: Identity,
    /// The file.
    pub path: PathBuf,
    /// Tokens of messages and answer together.
    pub context: u32,
    /// Bytes it takes when loaded: [`needed_memory`].
    pub needed_memory: u64,
    /// The user wants it loaded even if there is not enough memory.
    pub load_anyway: bool,
}

/// Bytes that a model of this file takes when it is loaded with a context of so many tokens: an estimate that is rather too high.
pub fn needed_memory(facts: &ModelFacts, file_size: u64, context: u32) -> u64 {
    /// The process without a model, its stacks and buffers.
    const PROCESS: u64 = 48 << 20;
    /// Tokens that are read at once, and the numbers of 4 bytes that each needs, in widths of the network.
    const READ_AT_ONCE: u64 = 512;
    const WIDTHS: u64 = 24;
    let keys_and_values = u64::from(context) * facts.kv_bytes_per_token;
    let computing = READ_AT_ONCE * WIDTHS * 4 * u64::from(facts.embedding) + u64::from(facts.vocabulary) * 64;
    file_size + keys_and_values + computing + PROCESS
}

/// What a model file says of itself. Read in a process of its own, so that a damaged file harms nobody.
///
/// # Errors
/// [`EngineError::BadModel`] with what is wrong with the file; [`EngineError::Stopped`] when the process can't be started; [`EngineError::Cancelled`].
pub fn describe(program: &Path, file: &Path, cancel: &Cancel) -> Result<ModelFacts, EngineError> {
    let process = Process::start(program, cancel)?;
    let call = process.ask(|id| Ask::Describe { id, path: file.into() })?;
    loop {
        match call.next(LOOK) {
            Ok(Answer::Described { facts, .. }) => return Ok(facts),
            Ok(Answer::Failed { failure, .. }) => return Err(failure.into()),
            Ok(_) => {}
            Err(Silence::Yet) if cancel.is_cancelled() => return Err(EngineError::Cancelled),
            Err(Silence::Yet) => {}
            Err(Silence::Ended(_)) => {
                return Err(EngineError::BadModel("this file is damaged: reading it ended the process that tried".into()));
            }
        }
    }
}

/// Removes everything that was kept of prompts in [`EmbeddedOptions::states`]: for when a project or a user goes. What can't be removed is left.
pub fn forget_states(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "state" || extension == "tmp") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A model in a process of its own.
pub struct EmbeddedEngine {
    options: EmbeddedOptions,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Somebody loads or writes.
    busy: bool,
    loaded: Option<Arc<Loaded>>,
    used: Option<Instant>,
    closed: bool,
    sweeping: bool,
}

struct Loaded {
    process: Process,
    capacity: Capacity,
    computes: Computes,
}

/// What a loaded model computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computes {
    /// Threads of the processor; at least 1.
    pub threads: u32,
    /// A graphics card as well.
    pub gpu: bool,
}

/// The right to load and write; others wait while it lives.
struct Turn<'a>(&'a Shared);

impl EmbeddedEngine {
    /// An engine that starts nothing yet.
    pub fn new(options: EmbeddedOptions) -> Self {
        Self { options, shared: Arc::default() }
    }

    /// Whether the model is loaded now.
    pub fn is_loaded(&self) -> bool {
        self.shared.lock().loaded.as_ref().is_some_and(|loaded| loaded.process.ended().is_none())
    }

    /// Bytes of memory its process takes, as it last said; `None` while there is none.
    pub fn resident_memory(&self) -> Option<u64> {
        let loaded = self.shared.lock().loaded.clone()?;
        Some(loaded.process.resident()).filter(|bytes| *bytes > 0)
    }

    /// What it computes with; `None` while it is not loaded.
    pub fn computes(&self) -> Option<Computes> {
        self.shared.lock().loaded.as_ref().map(|loaded| loaded.computes)
    }

    /// The id of its process in the system; `None` while there is none.
    pub fn process_id(&self) -> Option<u32> {
        self.shared.lock().loaded.as_ref().map(|loaded| loaded.process.pid())
    }

    /// Ends the process if nobody uses it: the memory is free when this returns. The next call loads the model again.
    pub fn unload(&self) {
        let loaded = {
            let mut state = self.shared.lock();
            if state.busy { None } else { state.loaded.take() }
        };
        drop(loaded);
    }

    fn turn(&self, cancel: &Cancel) -> Result<Turn<'_>, EngineError> {
        let mut state = self.shared.lock();
        loop {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            if !state.busy {
                state.busy = true;
                return Ok(Turn(&self.shared));
            }
            (state, _) = self.shared.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The loaded model, if its process lives.
    fn living(&self) -> Option<Arc<Loaded>> {
        let mut state = self.shared.lock();
        let loaded = state.loaded.clone()?;
        if loaded.process.ended().is_some() {
            state.loaded = None;
            return None;
        }
        state.used = Some(Instant::now());
        Some(loaded)
    }

    fn loaded(&self, _turn: &Turn<'_>, cancel: &Cancel) -> Result<Arc<Loaded>, EngineError> {
        if let Some(loaded) = self.living() {
            return Ok(loaded);
        }
        if let Some(problem) = hardware::processor_problem() {
            return Err(EngineError::BadModel(problem));
        }
        self.fits()?;
        let process = Process::start(&self.options.program, cancel)?;
        let model = &self.options.model;
        let threads = self.options.threads.unwrap_or_else(|| u32::try_from(hardware::physical_cores()).unwrap_or(1)).max(1);
        let load = Load {
            path: WirePath::from(model.path.as_path()),
            context: model.context,
            threads,
            sha256: model.identity.fingerprint.clone(),
            states: self.options.states.as_deref().map(WirePath::from),
        };
        let call = process.ask(|id| Ask::Load { id, load })?;
        let (context, gpu) = loop {
            match call.next(LOOK) {
                Ok(Answer::Loaded { context, gpu, .. }) => break (context, gpu),
                Ok(Answer::Failed { failure, .. }) => return Err(failure.into()),
                Ok(_) => {}
                Err(Silence::Yet) if cancel.is_cancelled() => {
                    process.kill();
                    return Err(EngineError::Cancelled);
                }
                Err(Silence::Yet) => {}
                Err(Silence::Ended(how)) => return Err(EngineError::Stopped(format!("{how} while it loaded {}", model.identity.name))),
            }
        };
        drop(call);
        let capacity = Capacity { context, counts_exactly: true, keeps_grammar: true };
        let loaded = Arc::new(Loaded { process, capacity, computes: Computes { threads, gpu } });
        let mut state = self.shared.lock();
        state.loaded = Some(Arc::clone(&loaded));
        state.used = Some(Instant::now());
        if !state.sweeping {
            let (shared, keep) = (Arc::downgrade(&self.shared), self.options.keep_loaded);
            // Without it the model just stays loaded.
            state.sweeping = thread::Builder::new().name("model sweeper".into()).spawn(move || sweep(&shared, keep)).is_ok();
        }
        Ok(loaded)
    }

    /// The guard before anything is loaded.
    fn fits(&self) -> Result<(), EngineError> {
        let model = &self.options.model;
        let free = hardware::memory().map_or(u64::MAX, |memory| memory.available);
        let available = free.min(self.options.memory_limit.unwrap_or(u64::MAX));
        if model.load_anyway || model.needed_memory <= available {
            return Ok(());
        }
        Err(EngineError::DoesNotFit { model: model.identity.name.clone(), needed: model.needed_memory, available })
    }

    /// Where somebody cancelled: the process gets a moment to say that it stopped, or it is ended.
    fn stop(&self, loaded: &Loaded, call: &Call<'_>) -> EngineError {
        call.cancel();
        let asked = Instant::now();
        while let Some(left) = CANCELLED_WITHIN.checked_sub(asked.elapsed()) {
            match call.next(left) {
                Ok(answer) if answer.is_last() => return EngineError::Cancelled,
                Ok(_) => {}
                Err(Silence::Yet) => break,
                Err(Silence::Ended(_)) => return EngineError::Cancelled,
            }
        }
        loaded.process.kill();
        EngineError::Cancelled
    }

    fn count(&self, loaded: &Loaded, messages: &[Message], cancel: &Cancel) -> Result<u32, EngineError> {
        let call = loaded.process.ask(|id| Ask::Count { id, messages: messages.to_vec() })?;
        loop {
            match call.next(LOOK) {
                Ok(Answer::Counted { tokens, .. }) => return Ok(tokens),
                Ok(Answer::Failed { failure, .. }) => return Err(failure.into()),
                Ok(_) => {}
                Err(Silence::Yet) if cancel.is_cancelled() => return Err(EngineError::Cancelled),
                Err(Silence::Yet) => {}
                Err(Silence::Ended(how)) => return Err(EngineError::Stopped(how)),
            }
        }
    }
}

impl Engine for EmbeddedEngine {
    fn identity(&self) -> &Identity {
        &self.options.model.identity
    }

    fn load(&self, cancel: &Cancel) -> Result<Capacity, EngineError> {
        if let Some(loaded) = self.living() {
            return Ok(loaded.capacity);
        }
        let turn = self.turn(cancel)?;
        Ok(self.loaded(&turn, cancel)?.capacity)
    }

    fn count_tokens(&self, messages: &[Message], cancel: &Cancel) -> Result<u32, EngineError> {
        // Counting goes on beside writing; only loading takes its turn.
        let living = match self.living() {
            Some(loaded) => loaded,
            None => self.loaded(&self.turn(cancel)?, cancel)?,
        };
        match self.count(&living, messages, cancel) {
            // It ended under us, for a cancel of somebody else perhaps.
            Err(EngineError::Stopped(_)) if living.process.ended().is_some() => {
                drop(living);
                let again = self.loaded(&self.turn(cancel)?, cancel)?;
                self.count(&again, messages, cancel)
            }
            counted => counted,
        }
    }

    fn generate(&self, request: &Request, told: &mut dyn FnMut(Told<'_>), cancel: &Cancel) -> Result<Finished, EngineError> {
        let turn = self.turn(cancel)?;
        let loaded = self.loaded(&turn, cancel)?;
        let call = loaded.process.ask(|id| Ask::Generate { id, request: request.clone() })?;
        loop {
            let answer = call.next(LOOK);
            if cancel.is_cancelled() && !matches!(&answer, Ok(answer) if answer.is_last()) {
                return Err(self.stop(&loaded, &call));
            }
            match answer {
                Ok(Answer::Reading { done, total, .. }) => told(Told::Reading { done, total }),
                Ok(Answer::Text { text, .. }) => told(Told::Text(&text)),
                Ok(Answer::Finished { finished, .. }) => return Ok(finished),
                Ok(Answer::Failed { failure, .. }) => return Err(failure.into()),
                Ok(_) | Err(Silence::Yet) => {}
                Err(Silence::Ended(how)) => return Err(EngineError::Stopped(how)),
            }
        }
    }
}

impl Drop for EmbeddedEngine {
    fn drop(&mut self) {
        let loaded = {
            let mut state = self.shared.lock();
            state.closed = true;
            state.loaded.take()
        };
        self.shared.changed.notify_all();
        drop(loaded);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.busy = false;
        state.used = Some(Instant::now());
        drop(state);
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the process when nobody used it for so long; goes when there is none.
fn sweep(shared: &Weak<Shared>, keep: Duration) {
    loop {
        let Some(shared) = shared.upgrade() else { return };
        let mut state = shared.lock();
        let idle = state.used.map_or(Duration::ZERO, |used| used.elapsed());
        if state.closed || state.loaded.is_none() {
            state.sweeping = false;
            return;
        }
        if !state.busy && idle >= keep {
            let loaded = state.loaded.take();
            state.sweeping = false;
            drop(state);
            drop(loaded);
            return;
        }
        // Looked at again when its time is up, and often enough that an engine that goes is not held up.
        let left = keep.saturating_sub(idle).clamp(Duration::from_millis(50), Duration::from_secs(5));
        drop(shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner));
    }
}
