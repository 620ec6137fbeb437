//! The few calls of llama.cpp that are needed, made safe. Nothing here runs before the processor was checked.

mod context;
mod sampler;

pub use context::{Context, NotRead};
pub use sampler::Sampler;

use std::{
    ffi::{CStr, CString, c_char, c_void},
    path::Path,
    ptr::NonNull,
    sync::{Mutex, Once, PoisonError},
};

use llama_cpp_sys_2 as sys;

/// A token of a model's vocabulary.
pub type Token = sys::llama_token;

/// The release of llama.cpp that states are kept for.
pub const BUILD: &str = "llama-cpp-sys-2 0.1.161";

/// What llama.cpp last complained of.
static COMPLAINT: Mutex<String> = Mutex::new(String::new());

/// Starts llama.cpp, the first time.
pub fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: nothing else of llama.cpp runs yet, and the function lives as long as the process.
        unsafe {
            sys::llama_log_set(Some(heard), std::ptr::null_mut());
            sys::llama_backend_init();
        }
    });
}

extern "C" fn heard(level: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: llama.cpp hands over a string that ends with a zero.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    if std::env::var_os("LECTERN_MODEL_LOG").is_some() {
        eprint!("{text}");
    }
    if level == sys::GGML_LOG_LEVEL_ERROR {
        let mut complaint = COMPLAINT.lock().unwrap_or_else(PoisonError::into_inner);
        // The first complaint names the reason; those after it only say that it did not go on.
        if complaint.is_empty() {
            *complaint = text.trim().chars().take(300).collect();
        }
    }
}

/// What llama.cpp complained of first since this was last asked; empty when it did not.
pub fn complaint() -> String {
    let whole = std::mem::take(&mut *COMPLAINT.lock().unwrap_or_else(PoisonError::into_inner));
    // `llama_model_load: error loading model: unknown model architecture: 'x'`: who says it is of no interest.
    let words = whole.split_once(": ").map_or(whole.as_str(), |(who, words)| if who.contains(' ') { whole.as_str() } else { words });
    words.trim_start_matches("error loading model: ").to_owned()
}

/// A path as llama.cpp takes it. `None` for a path with a zero byte, which no file has.
pub fn c_path(path: &Path) -> Option<CString> {
    CString::new(path.as_os_str().as_encoded_bytes()).ok()
}

/// Whether a graphics card computes as well: one is there, and llama.cpp was built with what it needs.
pub fn offloads() -> bool {
    // SAFETY: it only looks at what llama.cpp found when it was loaded.
    unsafe { sys::llama_supports_gpu_offload() }
}

/// A loaded model.
pub struct Model {
    raw: NonNull<sys::llama_model>,
    vocabulary: NonNull<sys::llama_vocab>,
}

// SAFETY: nothing changes a loaded model; llama.cpp documents tokenizing as safe from several threads, and only one thread makes a context.
unsafe impl Send for Model {}
// SAFETY: as above.
unsafe impl Sync for Model {}

impl Model {
    /// Loads a file. `go_on` is asked now and then. `None` when it can't be loaded ([`complaint`] says why) or was not to go on.
    pub fn load(path: &Path, go_on: &dyn Fn() -> bool) -> Option<Self> {
        extern "C" fn progress(_: f32, go_on: *mut c_void) -> bool {
            // SAFETY: the pointer is to `go_on` below, which outlives the call that this is called from.
            unsafe { (*go_on.cast::<&dyn Fn() -> bool>())() }
        }
        let path = c_path(path)?;
        let mut go_on = go_on;
        // SAFETY: the path ends with a zero, and what the parameters point to outlives the call.
        unsafe {
            let mut parameters = sys::llama_model_default_params();
            parameters.progress_callback = Some(progress);
            parameters.progress_callback_user_data = (&raw mut go_on).cast();
            let raw = NonNull::new(sys::llama_model_load_from_file(path.as_ptr(), parameters))?;
            let vocabulary = NonNull::new(sys::llama_model_get_vocab(raw.as_ptr()).cast_mut());
            vocabulary.map(|vocabulary| Self { raw, vocabulary }).or_else(|| {
                sys::llama_model_free(raw.as_ptr());
                None
            })
        }
    }

    /// Whether it can be asked to write on: it has a decoder and no encoder.
    pub fn writes(&self) -> bool {
        // SAFETY: the model is loaded.
        unsafe {
            sys::llama_model_has_decoder(self.raw.as_ptr())
                && !sys::llama_model_has_encoder(self.raw.as_ptr())
                && !sys::llama_model_is_diffusion(self.raw.as_ptr())
        }
    }

    /// How many different tokens it knows.
    pub fn vocabulary_size(&self) -> usize {
        // SAFETY: the vocabulary lives as long as the model.
        usize::try_from(unsafe { sys::llama_vocab_n_tokens(self.vocabulary.as_ptr()) }).unwrap_or(0)
    }

    /// The chat template that the file brings along.
    pub fn chat_template(&self) -> Option<&CStr> {
        // SAFETY: the string belongs to the model.
        unsafe {
            let template = sys::llama_model_chat_template(self.raw.as_ptr(), std::ptr::null());
            (!template.is_null()).then(|| CStr::from_ptr(template))
        }
    }

    /// The tokens of a text. Only where `marks` says so does a text like `<|im_end|>` become the mark that it looks like.
    pub fn tokens(&self, text: &[u8], marks: bool) -> Vec<Token> {
        let Ok(length) = i32::try_from(text.len()) else { return Vec::new() };
        // A token has a byte at least, but for what is put in front of the first word.
        let mut tokens = vec![0; text.len() + 8];
        loop {
            let room = i32::try_from(tokens.len()).unwrap_or(i32::MAX);
            // SAFETY: the text and the room for tokens have the lengths that are said.
            let count = unsafe {
                sys::llama_tokenize(self.vocabulary.as_ptr(), text.as_ptr().cast(), length, tokens.as_mut_ptr(), room, false, marks)
            };
            match usize::try_from(count) {
                Ok(count) => {
                    tokens.truncate(count);
                    return tokens;
                }
                Err(_) if count == i32::MIN || tokens.len() >= count.unsigned_abs() as usize => return Vec::new(),
                Err(_) => tokens.resize(count.unsigned_abs() as usize, 0),
            }
        }
    }

    /// The token that begins every text, where the model wants one.
    pub fn beginning(&self) -> Option<Token> {
        // SAFETY: the vocabulary lives as long as the model.
        unsafe {
            let token = sys::llama_vocab_bos(self.vocabulary.as_ptr());
            (sys::llama_vocab_get_add_bos(self.vocabulary.as_ptr()) && token >= 0).then_some(token)
        }
    }

    /// Whether the model ends its answer with this token.
    pub fn ends(&self, token: Token) -> bool {
        // SAFETY: the vocabulary lives as long as the model.
        unsafe { sys::llama_vocab_is_eog(self.vocabulary.as_ptr(), token) }
    }

    /// Adds the bytes that a token stands for; marks stand for none.
    pub fn append_piece(&self, token: Token, bytes: &mut Vec<u8>) {
        let before = bytes.len();
        let mut room = 64;
        loop {
            bytes.resize(before + room, 0);
            let space = i32::try_from(room).unwrap_or(i32::MAX);
            // SAFETY: there is as much room behind the pointer as is said.
            let count =
                unsafe { sys::llama_token_to_piece(self.vocabulary.as_ptr(), token, bytes[before..].as_mut_ptr().cast(), space, 0, false) };
            if let Ok(count) = usize::try_from(count) {
                bytes.truncate(before + count);
                return;
            }
            room = count.unsigned_abs() as usize;
        }
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: contexts keep their model alive, so nothing uses it any more.
        unsafe { sys::llama_model_free(self.raw.as_ptr()) };
    }
}
