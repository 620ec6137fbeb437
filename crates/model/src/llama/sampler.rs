//! Which token is written next.

use std::{ffi::CString, ptr::NonNull, sync::Arc};

use llama_cpp_sys_2 as sys;

use super::{Model, Token};

/// Of the likeliest tokens only so many, and only those that make up so much of all likelihood: what llama.cpp does where nobody says otherwise.
const TOP: i32 = 40;
const SHARE: f32 = 0.95;
/// The logarithm of 0.05: a token that is not a twentieth as likely as the likeliest is not chosen. llama.cpp does that too, but later;
/// done first, there is little left to sort.
const LEAST: f32 = -3.0;

/// Chooses tokens: the likeliest, or by chance with a seed, and only what a grammar allows.
pub struct Sampler {
    /// `None` takes the likeliest.
    chance: Option<Owned>,
    grammar: Option<Owned>,
    candidates: Vec<sys::llama_token_data>,
    _model: Arc<Model>,
}

struct Owned(NonNull<sys::llama_sampler>);

impl Sampler {
    /// A sampler. `None` when the grammar can't be read.
    pub fn new(model: Arc<Model>, grammar: Option<&str>, temperature: f32, seed: u32) -> Option<Self> {
        let grammar = match grammar {
            None => None,
            Some(text) => {
                let text = CString::new(text).ok()?;
                // SAFETY: both strings end with a zero, and the model outlives the sampler.
                let raw = unsafe { sys::llama_sampler_init_grammar(model.vocabulary.as_ptr(), text.as_ptr(), c"root".as_ptr()) };
                Some(Owned(NonNull::new(raw)?))
            }
        };
        let chance = temperature > 0.0 && temperature.is_finite();
        // SAFETY: the chain owns what is added to it.
        let chance = if chance { Some(unsafe { chain(temperature, seed) }?) } else { None };
        Some(Self { chance, grammar, candidates: Vec::with_capacity(model.vocabulary_size()), _model: model })
    }

    /// The next token; `None` when the grammar allows none.
    pub fn next(&mut self, likelihoods: &[f32]) -> Option<Token> {
        let most = likelihoods.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        self.take(likelihoods, if self.chance.is_some() { most + LEAST } else { most });
        let free = self.choose()?;
        // Asking the grammar about one token is cheap, about the likely ones less so, about the whole vocabulary dear.
        let token = if self.allows(free) {
            free
        } else {
            self.take(likelihoods, most + LEAST);
            self.keep_allowed();
            if self.candidates.is_empty() {
                self.take(likelihoods, f32::NEG_INFINITY);
                self.keep_allowed();
            }
            self.choose()?
        };
        // SAFETY: both samplers live, and the grammar allows the token.
        unsafe {
            if let Some(grammar) = &self.grammar {
                sys::llama_sampler_accept(grammar.0.as_ptr(), token);
            }
            if let Some(chance) = &self.chance {
                sys::llama_sampler_accept(chance.0.as_ptr(), token);
            }
        }
        Some(token)
    }

    /// Takes the tokens that are at least so likely.
    fn take(&mut self, likelihoods: &[f32], least: f32) {
        self.candidates.clear();
        let tokens = (0..).zip(likelihoods).filter(|(_, logit)| **logit >= least);
        self.candidates.extend(tokens.map(|(id, logit)| sys::llama_token_data { id, logit: *logit, p: 0.0 }));
    }

    /// Drops what the grammar does not allow, and what is too unlikely beside what is left.
    fn keep_allowed(&mut self) {
        let mut array = array(&mut self.candidates);
        if let Some(grammar) = &self.grammar {
            // SAFETY: the array is as long as it says; a grammar only changes how likely its tokens are.
            unsafe { sys::llama_sampler_apply(grammar.0.as_ptr(), &raw mut array) };
        }
        let most = self.candidates.iter().map(|token| token.logit).fold(f32::NEG_INFINITY, f32::max);
        // What a grammar refuses is infinitely unlikely.
        self.candidates.retain(|token| token.logit > f32::NEG_INFINITY && token.logit >= most + LEAST);
    }

    /// One of the tokens that were taken.
    fn choose(&mut self) -> Option<Token> {
        let Some(chance) = &self.chance else {
            // The first of those that are equally likely.
            let likeliest = self.candidates.iter().copied().reduce(|best, next| if next.logit > best.logit { next } else { best });
            return likeliest.map(|token| token.id);
        };
        if self.candidates.is_empty() {
            return None;
        }
        let mut array = array(&mut self.candidates);
        // SAFETY: the array is as long as it says; samplers only make it shorter and choose an index within it.
        unsafe {
            sys::llama_sampler_apply(chance.0.as_ptr(), &raw mut array);
            let selected = usize::try_from(array.selected).ok().filter(|index| *index < array.size)?;
            Some((*array.data.add(selected)).id)
        }
    }

    fn allows(&self, token: Token) -> bool {
        let Some(grammar) = &self.grammar else { return true };
        let mut one = sys::llama_token_data { id: token, logit: 1.0, p: 0.0 };
        let mut array = sys::llama_token_data_array { data: &raw mut one, size: 1, selected: -1, sorted: false };
        // SAFETY: the array has one element, as it says.
        unsafe { sys::llama_sampler_apply(grammar.0.as_ptr(), &raw mut array) };
        one.logit > f32::NEG_INFINITY
    }
}

fn array(tokens: &mut [sys::llama_token_data]) -> sys::llama_token_data_array {
    sys::llama_token_data_array { data: tokens.as_mut_ptr(), size: tokens.len(), selected: -1, sorted: false }
}

/// Chooses by chance.
///
/// # Safety
/// llama.cpp was started.
unsafe fn chain(temperature: f32, seed: u32) -> Option<Owned> {
    // SAFETY: the chain owns what is added to it.
    unsafe {
        let chain = NonNull::new(sys::llama_sampler_chain_init(sys::llama_sampler_chain_default_params()))?;
        let add = |sampler| sys::llama_sampler_chain_add(chain.as_ptr(), sampler);
        add(sys::llama_sampler_init_top_k(TOP));
        add(sys::llama_sampler_init_top_p(SHARE, 1));
        add(sys::llama_sampler_init_temp(temperature));
        // The highest number means "by chance" to llama.cpp.
        add(sys::llama_sampler_init_dist(seed.min(u32::MAX - 1)));
        Some(Owned(chain))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it was made here and added to nothing.
        unsafe { sys::llama_sampler_free(self.0.as_ptr()) };
    }
}
