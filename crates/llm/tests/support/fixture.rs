//! A data folder with model files, and what stands in for them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use lectern_llm::{Cancel, EngineError, ModelError, ModelFacts, ModelFile, ModelFiles, Patience};
use lectern_store::{ManualClock, Store, StoreOptions, SystemClock, Timestamp};
use sha2::{Digest, Sha256};

pub struct Fixture {
    pub dir: tempfile::TempDir,
    pub store: Arc<Store>,
    pub files: ModelFiles,
}

pub fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        first_text: Duration::from_secs(5),
        stall: Duration::from_secs(5),
        retries: 2,
        backoff: Duration::from_millis(1),
        ..Patience::default()
    }
}

pub fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database"));
    let files = ModelFiles::new(Arc::clone(&store), Arc::new(clock), dir.path().join("models")).with_patience(patience());
    Fixture { dir, store, files }
}

impl Fixture {
    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("models")
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    pub fn add(&self, path: &Path) -> Result<ModelFile, ModelError> {
        self.files.add(path, &describe, &mut |_| {}, &Cancel::new())
    }

    pub fn download(&self, url: &str, sha256: &str) -> Result<ModelFile, ModelError> {
        self.files.download(url, sha256, &describe, &mut |_| {}, &Cancel::new())
    }

    /// Names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder())
            .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        names.sort();
        names
    }
}

pub fn describe(_: &Path) -> Result<ModelFacts, EngineError> {
    Ok(ModelFacts {
        format: 1,
        architecture: "qwen2".to_owned(),
        quantization: "Q4_K_M".to_owned(),
        parameters: 1_500_000_000,
        context: 32_768,
        layers: 28,
        embedding: 1536,
        kv_bytes_per_token: 28_672,
        ..ModelFacts::default()
    })
}

pub fn model(length: usize) -> Vec<u8> {
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend((0..length).map(|at| ((at * 7919) >> 3) as u8));
    bytes
}

pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
