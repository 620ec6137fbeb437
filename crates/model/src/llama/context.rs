//! A context: the memory of what a model read, and its computing.

use std::{
    ffi::c_void,
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use llama_cpp_sys_2 as sys;

use super::{Model, Token};
use crate::pace::Pace;

/// Why something was not computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRead {
    /// It was interrupted.
    Interrupted,
    /// llama.cpp failed.
    Failed,
}

/// The memory of what a model read: one text, from its beginning.
pub struct Context {
    raw: NonNull<sys::llama_context>,
    threads: NonNull<sys::ggml_threadpool>,
    batch: sys::llama_batch,
    capacity: usize,
    vocabulary_size: usize,
    pace: Pace,
    /// Only kept alive: llama.cpp holds pointers to both.
    _model: Arc<Model>,
    _interrupt: Arc<AtomicBool>,
}

// SAFETY: a context is used by one thread at a time; llama.cpp keeps nothing of it in thread-local variables.
unsafe impl Send for Context {}

impl Context {
    /// A context for so many tokens, which reads at most `at_once` of them at a time, with at most so many threads. Computing stops soon after `interrupt` is set.
    /// `None` when there is no memory for it.
    pub fn new(model: Arc<Model>, tokens: u32, at_once: u32, threads: u32, interrupt: Arc<AtomicBool>) -> Option<Self> {
        extern "C" fn interrupted(flag: *mut c_void) -> bool {
            // SAFETY: the pointer is to the flag that the context keeps alive.
            unsafe { (*flag.cast::<AtomicBool>()).load(Ordering::Relaxed) }
        }
        let pace = Pace::new(threads);
        let threads = i32::try_from(threads).unwrap_or(1);
        // SAFETY: everything that llama.cpp gets a pointer to lives as long as the context; what was made is freed on every way out.
        unsafe {
            let mut parameters = sys::llama_context_default_params();
            parameters.n_ctx = tokens;
            parameters.n_batch = at_once;
            parameters.n_ubatch = at_once;
            parameters.n_seq_max = 1;
            // Only the last token of a prompt is asked what follows.
            parameters.n_outputs_max = 1;
            parameters.n_threads = threads;
            parameters.n_threads_batch = threads;
            parameters.abort_callback = Some(interrupted);
            parameters.abort_callback_data = Arc::as_ptr(&interrupt).cast_mut().cast();
            let raw = NonNull::new(sys::llama_init_from_model(model.raw.as_ptr(), parameters))?;
            let mut pool = sys::ggml_threadpool_params_default(threads);
            let Some(pool) = NonNull::new(sys::ggml_threadpool_new(&raw mut pool)) else {
                sys::llama_free(raw.as_ptr());
                return None;
            };
            sys::llama_attach_threadpool(raw.as_ptr(), pool.as_ptr(), pool.as_ptr());
            let batch = sys::llama_batch_init(i32::try_from(at_once).unwrap_or(1), 0, 1);
            let vocabulary_size = model.vocabulary_size();
            Some(Self {
                raw,
                threads: pool,
                batch,
                capacity: at_once as usize,
                vocabulary_size,
                pace,
                _model: model,
                _interrupt: interrupt,
            })
        }
    }

    /// Tokens that have room.
    pub fn size(&self) -> u32 {
        // SAFETY: the context lives.
        unsafe { sys::llama_n_ctx(self.raw.as_ptr()) }
    }

    /// Reads tokens, at most as many as are read at once, the first at this position. With `ask`, [`likelihoods`](Self::likelihoods) then
    /// has what may follow the last of them. Where it fails, nothing of them is kept.
    pub fn read(&mut self, tokens: &[Token], position: usize, ask: bool) -> Result<(), NotRead> {
        assert!(!tokens.is_empty() && tokens.len() <= self.capacity, "as many tokens as are read at once");
        let threads = i32::try_from(self.pace.threads()).unwrap_or(1);
        // SAFETY: the batch was made for as many tokens as the assertion allows, with one sequence each.
        let result = unsafe {
            for (index, token) in tokens.iter().enumerate() {
                *self.batch.token.add(index) = *token;
                *self.batch.pos.add(index) = i32::try_from(position + index).unwrap_or(i32::MAX);
                *self.batch.n_seq_id.add(index) = 1;
                **self.batch.seq_id.add(index) = 0;
                *self.batch.logits.add(index) = i8::from(ask && index + 1 == tokens.len());
            }
            sys::llama_set_n_threads(self.raw.as_ptr(), threads, threads);
            self.batch.n_tokens = i32::try_from(tokens.len()).unwrap_or(0);
            sys::llama_decode(self.raw.as_ptr(), self.batch)
        };
        match result {
            0 => Ok(()),
            2 => Err(NotRead::Interrupted),
            _ => Err(NotRead::Failed),
        }
    }

    /// How likely each token of the vocabulary follows, in logits; empty before anything was asked.
    pub fn likelihoods(&mut self) -> &[f32] {
        // SAFETY: llama.cpp keeps as many numbers as the vocabulary has tokens until the next call.
        unsafe {
            let logits = sys::llama_get_logits_ith(self.raw.as_ptr(), -1);
            if logits.is_null() { &[] } else { std::slice::from_raw_parts(logits, self.vocabulary_size) }
        }
    }

    /// Forgets everything from this position on. Models that can't forget a part forget everything: returns how many tokens are still known.
    pub fn forget_from(&mut self, position: usize) -> usize {
        let from = i32::try_from(position).unwrap_or(0);
        // SAFETY: the memory belongs to the context.
        unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            if position > 0 && sys::llama_memory_seq_rm(memory, 0, from, -1) && sys::llama_memory_seq_pos_max(memory, 0) == from - 1 {
                return position;
            }
            sys::llama_memory_clear(memory, true);
            0
        }
    }

    /// Everything that was read, as bytes.
    pub fn state(&mut self) -> Vec<u8> {
        // SAFETY: the buffer has the size that is said.
        unsafe {
            let size = sys::llama_state_seq_get_size(self.raw.as_ptr(), 0);
            let mut bytes = vec![0; size];
            let written = sys::llama_state_seq_get_data(self.raw.as_ptr(), bytes.as_mut_ptr(), bytes.len(), 0);
            bytes.truncate(written);
            bytes
        }
    }

    /// Takes up a state instead of what was read. `false` when it is none of this model's; then nothing is known.
    pub fn restore(&mut self, state: &[u8], tokens: usize) -> bool {
        // SAFETY: the bytes have the length that is said.
        unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            sys::llama_memory_clear(memory, true);
            let read = sys::llama_state_seq_set_data(self.raw.as_ptr(), state.as_ptr(), state.len(), 0);
            let known = i32::try_from(tokens).unwrap_or(0);
            if read == state.len() && sys::llama_memory_seq_pos_max(memory, 0) == known - 1 {
                return true;
            }
            sys::llama_memory_clear(memory, true);
            false
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: each was made in `new`, and is freed once.
        unsafe {
            sys::llama_batch_free(self.batch);
            sys::llama_free(self.raw.as_ptr());
            sys::ggml_threadpool_free(self.threads.as_ptr());
        }
    }
}
