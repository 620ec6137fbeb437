//! Which token is written next.

use std::{ffi::CString, ptr::NonNull, sync::Arc};

use llama_cpp_sys_2 as sys;

use super::{Model, Token};

/// Of the likeliest tokens only so many, and only those that make up so much of all likelihood, and that are not this much less likely than
/// the first: what llama.cpp does where nobody says otherwise.
const TOP: i32 = 40;
const SHARE: f32 = 0.95;
const LEAST: f32 = 0.05;

/// Chooses tokens: the likeliest, or by chance with a seed, and only what a grammar allows.
pub struct Sampler {
    chain: Owned,
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
        // SAFETY: the chain owns what is added to it.
        let chain = unsafe {
            let chain = NonNull::new(sys::llama_sampler_chain_init(sys::llama_sampler_chain_default_params()))?;
            let add = |sampler| sys::llama_sampler_chain_add(chain.as_ptr(), sampler);
            if temperature > 0.0 && temperature.is_finite() {
                add(sys::llama_sampler_init_top_k(TOP));
                add(sys::llama_sampler_init_top_p(SHARE, 1));
                add(sys::llama_sampler_init_min_p(LEAST, 1));
                add(sys::llama_sampler_init_temp(temperature));
                // The highest number means "by chance" to llama.cpp.
                add(sys::llama_sampler_init_dist(seed.min(u32::MAX - 1)));
            } else {
                add(sys::llama_sampler_init_greedy());
            }
            Owned(chain)
        };
        Some(Self { chain, grammar, candidates: Vec::with_capacity(model.vocabulary_size()), _model: model })
    }

    /// The next token; `None` when the grammar allows none.
    pub fn next(&mut self, likelihoods: &[f32]) -> Option<Token> {
        let free = self.choose(likelihoods, false)?;
        // Asking the grammar about one token is cheap, about the whole vocabulary dear: so the whole is only asked where the one is refused.
        let token = if self.allows(free) { free } else { self.choose(likelihoods, true)? };
        // SAFETY: both samplers live, and the grammar allows the token.
        unsafe {
            if let Some(grammar) = &self.grammar {
                sys::llama_sampler_accept(grammar.0.as_ptr(), token);
            }
            sys::llama_sampler_accept(self.chain.0.as_ptr(), token);
        }
        Some(token)
    }

    fn choose(&mut self, likelihoods: &[f32], by_grammar: bool) -> Option<Token> {
        self.candidates.clear();
        self.candidates.extend((0..).zip(likelihoods).map(|(id, logit)| sys::llama_token_data { id, logit: *logit, p: 0.0 }));
        let mut array =
            sys::llama_token_data_array { data: self.candidates.as_mut_ptr(), size: self.candidates.len(), selected: -1, sorted: false };
        // SAFETY: the array is as long as it says; samplers only make it shorter and choose an index within it.
        unsafe {
            if let (true, Some(grammar)) = (by_grammar, &self.grammar) {
                sys::llama_sampler_apply(grammar.0.as_ptr(), &raw mut array);
            }
            sys::llama_sampler_apply(self.chain.0.as_ptr(), &raw mut array);
            let selected = usize::try_from(array.selected).ok().filter(|index| *index < array.size)?;
            let chosen = *array.data.add(selected);
            // What a grammar refuses is infinitely unlikely.
            (chosen.logit > f32::NEG_INFINITY).then_some(chosen.id)
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

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it was made here and added to nothing.
        unsafe { sys::llama_sampler_free(self.0.as_ptr()) };
    }
}
