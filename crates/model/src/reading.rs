//! Reads prompts, and does not read again what it knows from the one before or from disk.

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crate::{
    llama::{Context, NotRead, Token},
    state::States,
};

/// Tokens are only known in whole steps of this many, from the beginning of a prompt: that way a prompt is computed in the same pieces whatever
/// was known before, and the same seed gives the same text. llama.cpp computes attention in tiles of this size.
const STEP: usize = 64;
/// Tokens that are read at once, at most.
pub const AT_ONCE: usize = 512;
/// And at first, while nobody knows how fast this model is read here.
const FIRST: usize = 128;
/// A piece takes about so long at most, so that somebody who waits sees how it gets on.
const PIECE: Duration = Duration::from_secs(2);
/// It takes about as long to load a state as to read so many tokens.
const WORTH_LOADING: usize = 128;
/// A beginning that two prompts share is kept on disk if it has so many tokens.
const WORTH_KEEPING: usize = 256;

/// A context, and what it knows.
pub struct Reader {
    context: Context,
    known: Vec<Token>,
    states: Option<Arc<States>>,
    /// Tokens that take about as long as [`PIECE`].
    piece: usize,
}

impl Reader {
    /// Nothing is read yet. Without a folder, nothing is kept on disk.
    pub fn new(context: Context, folder: Option<&Path>, sha256: &str) -> Self {
        let states = folder.and_then(|folder| States::new(folder, sha256, context.size())).map(Arc::new);
        Self { context, known: Vec::new(), states, piece: FIRST }
    }

    /// Tokens that have room.
    pub fn size(&self) -> u32 {
        self.context.size()
    }

    /// Reads a prompt of at least one token that fits; `told` hears how many of its tokens are read, first those that need not be read again,
    /// and that number is returned.
    pub fn read(&mut self, prompt: &[Token], told: &mut dyn FnMut(usize)) -> Result<usize, NotRead> {
        // The last piece is read anew each time, since something has to be asked what follows.
        let whole = (prompt.len() - 1) / STEP * STEP;
        let mut shared = steps(common(&self.known, prompt)).min(whole);
        let on_disk = self.states.as_ref().and_then(|states| states.best(&prompt[..whole]));
        let disk_shares = on_disk.as_ref().map_or(0, |found| steps(found.shared));
        let mut from_disk = false;
        if let (Some(states), Some(found)) = (&self.states, on_disk.filter(|_| disk_shares >= shared + WORTH_LOADING)) {
            self.known.clear();
            shared = 0;
            match states.load(&found) {
                Some(state) if self.context.restore(&state, found.tokens.len()) => {
                    self.known = found.tokens;
                    shared = disk_shares.min(whole);
                    from_disk = true;
                }
                Some(_) => states.remove(&found),
                None => {}
            }
        }
        shared = self.context.forget_from(shared);
        self.known.truncate(shared);
        if !from_disk && shared >= WORTH_KEEPING && disk_shares + WORTH_LOADING <= shared {
            // Two prompts began like this, so there will be more.
            self.keep();
        }
        told(shared);
        while self.known.len() < whole {
            let piece = &prompt[self.known.len()..whole.min(self.known.len() + self.piece)];
            let start = Instant::now();
            self.context.read(piece, self.known.len(), false)?;
            self.known.extend_from_slice(piece);
            self.piece = paced(piece.len(), start.elapsed());
            told(self.known.len());
        }
        self.context.read(&prompt[whole..], whole, true)?;
        told(prompt.len());
        Ok(shared)
    }

    /// How likely each token follows what was read.
    pub fn likelihoods(&mut self) -> &[f32] {
        self.context.likelihoods()
    }

    /// Reads a token that was written, so that one more can be.
    pub fn go_on(&mut self, token: Token, position: usize) -> Result<(), NotRead> {
        self.context.read(&[token], position, true)
    }

    /// Where nobody wants anything: keeps what was last read, in case Lectern is restarted before somebody asks the like.
    pub fn idle(&mut self) {
        let known = self.known.len();
        let Some(states) = self.states.as_ref().filter(|_| known >= WORTH_KEEPING) else { return };
        let on_disk = states.best(&self.known).map_or(0, |found| found.shared);
        if on_disk < known - known / 4 {
            let left = self.context.forget_from(known);
            self.known.truncate(left);
            if left > 0 {
                self.keep();
            }
        }
    }

    /// Written by a thread of its own: nobody waits for it, and where the process ends before, it was not kept.
    fn keep(&mut self) {
        let Some(states) = self.states.clone() else { return };
        let (tokens, state) = (self.known.clone(), self.context.state());
        let _ = thread::Builder::new().name("keep state".into()).spawn(move || states.save(&tokens, &state));
    }
}

/// How many tokens to read next, after so many took so long.
fn paced(tokens: usize, took: Duration) -> usize {
    let many = tokens as f64 * PIECE.as_secs_f64() / took.as_secs_f64().max(1e-6);
    steps(many as usize).clamp(STEP, AT_ONCE)
}

fn common(one: &[Token], other: &[Token]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

fn steps(tokens: usize) -> usize {
    tokens / STEP * STEP
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llama::{self, Model};

    #[test]
    fn pieces_take_about_two_seconds_and_are_whole_steps() {
        assert_eq!(paced(128, Duration::from_millis(100)), AT_ONCE);
        assert_eq!(paced(128, Duration::from_secs(2)), 128);
        assert_eq!(paced(128, Duration::from_millis(1800)), 128);
        assert_eq!(paced(128, Duration::from_secs(60)), STEP);
        assert_eq!(paced(64, Duration::ZERO), AT_ONCE);
    }

    #[test]
    fn however_a_prompt_is_read_the_model_thinks_exactly_the_same_of_it() {
        let Some(path) = std::env::var_os("LECTERN_TEST_MODEL").filter(|path| Path::new(path).is_file()) else {
            eprintln!("SKIPPED: LECTERN_TEST_MODEL names no model file (`cargo xtask test` sets it)");
            return;
        };
        llama::start();
        let model = Arc::new(Model::load(Path::new(&path), &|| true).expect("it loads"));
        let reader = |piece| {
            let context = Context::new(Arc::clone(&model), 512, 512, 1, Arc::default()).expect("a context");
            Reader { piece, ..Reader::new(context, None, "") }
        };
        let prompt = model.tokens("The keeper of the light writes: wind from the west, three boats out. ".repeat(20).as_bytes(), false);
        assert!((300..360).contains(&prompt.len()), "{}", prompt.len());
        let thinks = |reader: &mut Reader| {
            let reused = reader.read(&prompt, &mut |_| {}).expect("it is read");
            (reused, reader.likelihoods().iter().map(|logit| logit.to_bits()).collect::<Vec<_>>())
        };
        let (_, expected) = thinks(&mut reader(512));
        assert_eq!(expected.len(), model.vocabulary_size());
        for piece in [64, 192] {
            assert!(thinks(&mut reader(piece)).1 == expected, "in pieces of {piece}");
        }
        let mut used = reader(512);
        used.read(&[&prompt[..200], &prompt[..100]].concat(), &mut |_| {}).expect("it is read");
        used.go_on(prompt[0], 300).expect("it is written");
        let (reused, after) = thinks(&mut used);
        assert_eq!(reused, 192);
        assert!(after == expected, "after a prompt that began alike");
    }
}
