//! What a model file says of itself: its header is read, nothing is loaded.

use std::{
    ffi::{CStr, CString},
    fs,
    io::Read,
    path::Path,
    ptr::NonNull,
};

use lectern_llm::ModelFacts;
use llama_cpp_sys_2 as sys;

use crate::llama;

/// Of the JSON of [`ModelFacts`].
const FORMAT: u32 = 1;
/// Bytes of a number of 16 bits, as keys and values are kept.
const HALF: u64 = 2;

/// What a file says of itself, or why it is no model file, in plain words.
pub fn describe(path: &Path) -> Result<ModelFacts, String> {
    let size = looks_like_a_model(path)?;
    llama::start();
    let header = Header::read(path).ok_or_else(|| {
        let complaint = llama::complaint();
        if complaint.is_empty() {
            "this file is damaged: its header can't be read".to_owned()
        } else {
            format!("this file is damaged: {complaint}")
        }
    })?;
    let architecture = header.text("general.architecture").ok_or("this file does not say what kind of model it is")?;
    let tensors = header.tensors();
    if tensors.count == 0 {
        return Err("this file has no weights: it only describes a model".into());
    }
    if tensors.end > size {
        return Err(format!("this file is cut off: it has {size} bytes of at least {}", tensors.end));
    }
    let of = |name: &str| format!("{architecture}.{name}");
    let layers = header.number(&of("block_count")).unwrap_or(0);
    let embedding = header.number(&of("embedding_length")).unwrap_or(0);
    Ok(ModelFacts {
        format: FORMAT,
        quantization: header.number("general.file_type").map(quantization).unwrap_or_default(),
        parameters: tensors.weights,
        context: small(header.number(&of("context_length")).unwrap_or(0)),
        layers: small(layers),
        embedding: small(embedding),
        vocabulary: small(header.length("tokenizer.ggml.tokens")),
        kv_bytes_per_token: header.keys_and_values(&architecture, layers, embedding),
        name: header.text("general.name").unwrap_or_default(),
        has_chat_template: header.text("tokenizer.chat_template").is_some(),
        architecture,
    })
}

/// The size of a file that may be a model.
fn looks_like_a_model(path: &Path) -> Result<u64, String> {
    let about = fs::metadata(path).map_err(|error| format!("this file can't be opened: {error}"))?;
    if about.is_dir() {
        return Err("this is a folder, not a model file".into());
    }
    if !about.is_file() {
        return Err("this is not an ordinary file".into());
    }
    if about.len() == 0 {
        return Err("this file is empty".into());
    }
    let mut magic = [0; 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    match (read, &magic) {
        (Ok(()), b"GGUF") => Ok(about.len()),
        (Err(error), _) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(format!("this file can't be read: {error}")),
        _ => Err("this is not a model in the GGUF format".into()),
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn quantization(kind: u64) -> String {
    // SAFETY: any number is answered with a string that lives as long as the program.
    let name = unsafe { sys::llama_ftype_name(small(kind)) };
    if name.is_null() {
        return String::new();
    }
    // SAFETY: as above.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

struct Header(NonNull<sys::gguf_context>);

struct Tensors {
    count: i64,
    weights: u64,
    /// Where the last byte of them ends in the file.
    end: u64,
}

impl Header {
    fn read(path: &Path) -> Option<Self> {
        let path = llama::c_path(path)?;
        let parameters = sys::gguf_init_params { no_alloc: true, ctx: std::ptr::null_mut() };
        // SAFETY: the path ends with a zero.
        NonNull::new(unsafe { sys::gguf_init_from_file(path.as_ptr(), parameters) }).map(Self)
    }

    fn find(&self, name: &str) -> Option<(i64, sys::gguf_type)> {
        let name = CString::new(name).ok()?;
        // SAFETY: the header lives; a key that was found has a type.
        unsafe {
            let key = sys::gguf_find_key(self.0.as_ptr(), name.as_ptr());
            (key >= 0).then(|| (key, sys::gguf_get_kv_type(self.0.as_ptr(), key)))
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        let (key, kind) = self.find(name)?;
        // SAFETY: it is a string, and belongs to the header.
        (kind == sys::GGUF_TYPE_STRING)
            .then(|| unsafe { CStr::from_ptr(sys::gguf_get_val_str(self.0.as_ptr(), key)) }.to_string_lossy().into_owned())
    }

    fn number(&self, name: &str) -> Option<u64> {
        let (key, kind) = self.find(name)?;
        let header = self.0.as_ptr();
        // SAFETY: each is asked for as what it is.
        unsafe {
            match kind {
                sys::GGUF_TYPE_UINT8 => Some(sys::gguf_get_val_u8(header, key).into()),
                sys::GGUF_TYPE_UINT16 => Some(sys::gguf_get_val_u16(header, key).into()),
                sys::GGUF_TYPE_UINT32 => Some(sys::gguf_get_val_u32(header, key).into()),
                sys::GGUF_TYPE_INT32 => u64::try_from(sys::gguf_get_val_i32(header, key)).ok(),
                sys::GGUF_TYPE_UINT64 => Some(sys::gguf_get_val_u64(header, key)),
                sys::GGUF_TYPE_INT64 => u64::try_from(sys::gguf_get_val_i64(header, key)).ok(),
                _ => None,
            }
        }
    }

    fn length(&self, name: &str) -> u64 {
        // SAFETY: it is an array.
        self.find(name)
            .filter(|(_, kind)| *kind == sys::GGUF_TYPE_ARRAY)
            .map_or(0, |(key, _)| unsafe { sys::gguf_get_arr_n(self.0.as_ptr(), key) } as u64)
    }

    /// Numbers that are one for all layers, or one for each.
    fn per_layer(&self, name: &str, layers: u64) -> Option<u64> {
        if let Some(number) = self.number(name) {
            return number.checked_mul(layers);
        }
        let (key, kind) = self.find(name)?;
        let header = self.0.as_ptr();
        // SAFETY: the array is of numbers of 32 bits, as many as it says.
        unsafe {
            let whole =
                kind == sys::GGUF_TYPE_ARRAY && matches!(sys::gguf_get_arr_type(header, key), sys::GGUF_TYPE_UINT32 | sys::GGUF_TYPE_INT32);
            whole.then(|| {
                let numbers =
                    std::slice::from_raw_parts(sys::gguf_get_arr_data(header, key).cast::<u32>(), sys::gguf_get_arr_n(header, key));
                numbers.iter().map(|number| u64::from(*number)).sum()
            })
        }
    }

    fn keys_and_values(&self, architecture: &str, layers: u64, embedding: u64) -> u64 {
        let of = |name: &str| format!("{architecture}.attention.{name}");
        let heads = self.number(&of("head_count")).filter(|heads| *heads > 0);
        let width = heads.map_or(0, |heads| embedding / heads);
        let (key, value) = (self.number(&of("key_length")).unwrap_or(width), self.number(&of("value_length")).unwrap_or(width));
        let kept = self.per_layer(&of("head_count_kv"), layers).or_else(|| heads?.checked_mul(layers)).unwrap_or(0);
        kept.saturating_mul(key.saturating_add(value)).saturating_mul(HALF)
    }

    fn tensors(&self) -> Tensors {
        let header = self.0.as_ptr();
        // SAFETY: every number below the count is a tensor with four dimensions.
        unsafe {
            let count = sys::gguf_get_n_tensors(header);
            let mut tensors = Tensors { count, weights: 0, end: 0 };
            for tensor in 0..count {
                let sizes = std::slice::from_raw_parts(sys::gguf_get_tensor_ne(header, tensor), 4);
                let weights = sizes.iter().fold(1_u64, |all, size| all.saturating_mul(u64::try_from(*size).unwrap_or(0)));
                tensors.weights = tensors.weights.saturating_add(weights);
                let end = sys::gguf_get_data_offset(header)
                    + sys::gguf_get_tensor_offset(header, tensor)
                    + sys::gguf_get_tensor_size(header, tensor);
                tensors.end = tensors.end.max(end as u64);
            }
            tensors
        }
    }
}

impl Drop for Header {
    fn drop(&mut self) {
        // SAFETY: it was made in `read`.
        unsafe { sys::gguf_free(self.0.as_ptr()) };
    }
}
