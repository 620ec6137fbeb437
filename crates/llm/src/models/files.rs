//! The model files of this computer: found, added, downloaded, removed, and looked at before they are loaded.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

use lectern_store::{Clock, Store, new_id};

use super::{
    DEFAULT_MODEL, ModelError, ModelFacts, ModelFile, ModelProgress, ModelSettings, at,
    disk::{free_space, private_folder},
    gguf::{Opened, modified, open, typed_hash},
    naming,
};
use crate::{
    Cancel, EngineError,
    download::{Part, Wanted, fetch, typed_url},
    http::Patience,
    rows::{self, ModelRow},
};

/// Reads what a model file says of itself; [`crate::describe`] with the program that does it.
pub type Describe<'a> = &'a dyn Fn(&Path) -> Result<ModelFacts, EngineError>;

type FreeSpace = dyn Fn(&Path) -> io::Result<u64> + Send + Sync;

/// The model files of this computer. They belong to it and not to a profile.
pub struct ModelFiles {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    patience: Patience,
    free_space: Box<FreeSpace>,
    /// Files of the default model's name that turned out to be something else: size and time of change.
    not_the_default: Mutex<HashMap<PathBuf, (u64, i64)>>,
}

impl ModelFiles {
    /// Over the rows of `store`; `folder` is `models` in the data folder, made when something is to be put there.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, folder: PathBuf) -> Self {
        Self { store, clock, folder, patience: Patience::default(), free_space: Box::new(free_space), not_the_default: Mutex::default() }
    }

    /// With another patience for servers than the usual one.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// With another way to know how many bytes are free.
    #[must_use]
    pub fn with_free_space(mut self, free_space: impl Fn(&Path) -> io::Result<u64> + Send + Sync + 'static) -> Self {
        self.free_space = Box::new(free_space);
        self
    }

    /// Every model, oldest first. The default model is found in the folder by itself, by its bytes. Files are only looked at from
    /// outside: [`ModelFile::problem`] says when one is gone or has another size.
    ///
    /// # Errors
    /// The database.
    pub fn list(&self) -> Result<Vec<ModelFile>, ModelError> {
        let rows = self.store.read(rows::models)?;
        let rows = if !rows.iter().any(|row| row.file == DEFAULT_MODEL.file) && self.find_default()? {
            self.store.read(rows::models)?
        } else {
            rows
        };
        Ok(rows.into_iter().map(|row| self.read(row)).collect())
    }

    /// One model.
    ///
    /// # Errors
    /// [`ModelError::NotThere`], the database.
    pub fn get(&self, id: &str) -> Result<ModelFile, ModelError> {
        let row = self.store.read(|connection| rows::one_model(connection, id))?.ok_or(ModelError::NotThere)?;
        Ok(self.read(row))
    }

    /// Adds a file where it is; nothing is copied. A file that is known already is read anew and keeps its row.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`] with what it is instead; [`ModelError::Cancelled`]; what `describe` says.
    pub fn add(
        &self,
        path: &Path,
        describe: Describe<'_>,
        told: &mut dyn FnMut(ModelProgress),
        cancel: &Cancel,
    ) -> Result<ModelFile, ModelError> {
        let path = fs::canonicalize(path).map_err(at("can't be read", path))?;
        let mut opened = open(&path)?;
        let sha256 = opened.sha256(&path, &mut |done, total| told(ModelProgress::Hashing { done, total }), cancel)?;
        self.enter(&path, &opened, sha256, None, describe, told)
    }

    /// Downloads a file into the folder and adds it. Goes on where an earlier try stopped. `sha256`: what its bytes must be, may be empty.
    ///
    /// # Errors
    /// Says what is wrong with the address, the server or the file. Until everything is right nothing of it is listed or has the
    /// ending of a model.
    pub fn download(
        &self,
        url: &str,
        sha256: &str,
        describe: Describe<'_>,
        told: &mut dyn FnMut(ModelProgress),
        cancel: &Cancel,
    ) -> Result<ModelFile, ModelError> {
        let sha256 = typed_hash(sha256)?;
        let url = typed_url(url, sha256.is_some())?;
        private_folder(&self.folder).map_err(at("can't be made", &self.folder))?;
        let name = naming::file_name(url.path());
        refuse_one_of_several(&name)?;
        let (target, there) = self.place_for(&name, sha256.as_deref(), url.as_str(), cancel)?;
        if there {
            return self.add(&target, describe, told, cancel);
        }
        let mut part = Part::open(&target, url.as_str(), sha256.as_deref(), cancel)?;
        let source_url = without_secrets(url.clone());
        let wanted = Wanted { url, sha256: sha256.as_deref(), patience: self.patience, free_space: &*self.free_space };
        let fetched = fetch(&mut part, &wanted, &mut |done, total| told(ModelProgress::Downloading { done, total }), cancel);
        let found = match fetched {
            Ok(found) => found,
            Err(error @ ModelError::NotAModel(_)) => {
                // Nothing of it is worth going on with.
                part.throw_away();
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        told(ModelProgress::Describing);
        let facts = match facts_of(&found, part.path(), describe) {
            Ok(facts) => facts,
            Err(error @ ModelError::NotAModel(_)) => {
                part.throw_away();
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        part.become_file(&target)?;
        let opened = open(&target)?;
        self.put(&target, &opened, found, Some(source_url), &facts)
    }

    /// Removes a model: its file when it lies in Lectern's own folder, elsewhere only what is known of it.
    ///
    /// # Errors
    /// [`ModelError::NotThere`]; when the file can't be deleted: then it stays listed.
    pub fn remove(&self, id: &str) -> Result<(), ModelError> {
        let model = self.get(id)?;
        if model.is_ours {
            match fs::remove_file(&model.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at("can't be deleted", &model.path)(error)),
                _ => {}
            }
        }
        let there = self.store.write(|transaction| rows::delete_model(transaction, id))?;
        if there { Ok(()) } else { Err(ModelError::NotThere) }
    }

    /// The model, when its file still is what was added. One whose time of change is another is hashed again.
    ///
    /// # Errors
    /// [`ModelError::Changed`] when it is gone or other bytes; [`ModelError::Cancelled`].
    pub fn ready(&self, id: &str, told: &mut dyn FnMut(ModelProgress), cancel: &Cancel) -> Result<ModelFile, ModelError> {
        let row = self.store.read(|connection| rows::one_model(connection, id))?.ok_or(ModelError::NotThere)?;
        let model = self.read(row.clone());
        if let Some(problem) = model.problem {
            return Err(ModelError::Changed(problem));
        }
        let mut opened = open(&model.path)?;
        if opened.modified != row.modified || opened.size != model.size {
            let found = opened.sha256(&model.path, &mut |done, total| told(ModelProgress::Hashing { done, total }), cancel)?;
            if found != model.sha256 {
                return Err(ModelError::Changed(format!("The file {} was changed since it was added.", model.file_name)));
            }
            let size = stored(opened.size);
            self.store.write(|transaction| rows::model_looked_at(transaction, id, size, opened.modified))?;
        }
        Ok(model)
    }

    /// Calls it something else from now on, also when its file is added again.
    ///
    /// # Errors
    /// [`ModelError::BadName`], [`ModelError::NotThere`], the database.
    pub fn rename(&self, id: &str, name: &str) -> Result<(), ModelError> {
        let name = naming::typed(name)?;
        self.settle(id, |settings| settings.name = Some(name))
    }

    /// Chooses the context that a model is loaded with: tokens, 0 for the usual ones.
    ///
    /// # Errors
    /// [`ModelError::NotThere`], the database.
    pub fn set_context(&self, id: &str, context: u32) -> Result<(), ModelError> {
        self.settle(id, |settings| settings.context = context)
    }

    /// Chooses whether it is loaded even when there is not enough memory.
    ///
    /// # Errors
    /// [`ModelError::NotThere`], the database.
    pub fn set_load_anyway(&self, id: &str, load_anyway: bool) -> Result<(), ModelError> {
        self.settle(id, |settings| settings.load_anyway = load_anyway)
    }

    /// Keeps how fast it wrote and read here: tokens a second; `None` leaves what was measured before.
    ///
    /// # Errors
    /// [`ModelError::NotThere`], the database.
    pub fn note_speed(&self, id: &str, written: Option<f32>, read: Option<f32>) -> Result<(), ModelError> {
        self.settle(id, |settings| {
            settings.tokens_per_second = written.or(settings.tokens_per_second);
            settings.prompt_tokens_per_second = read.or(settings.prompt_tokens_per_second);
        })
    }

    fn settle(&self, id: &str, change: impl FnOnce(&mut ModelSettings)) -> Result<(), ModelError> {
        self.store.write(|transaction| {
            let row = rows::one_model(transaction, id)?.ok_or(ModelError::NotThere)?;
            let mut settings: ModelSettings = serde_json::from_str(&row.settings).unwrap_or_default();
            change(&mut settings);
            rows::model_settings(transaction, id, &json(&settings))?;
            Ok(())
        })
    }

    /// Enters the default model when its file is there and is what it should be. Whether it was.
    fn find_default(&self) -> Result<bool, ModelError> {
        let path = self.folder.join(DEFAULT_MODEL.file);
        let Ok(metadata) = fs::metadata(&path) else { return Ok(false) };
        let seen = (metadata.len(), modified(&metadata));
        if metadata.len() != DEFAULT_MODEL.size || self.not_the_default().get(&path) == Some(&seen) {
            return Ok(false);
        }
        // A file that can't be read now may be at another time.
        let Ok(mut opened) = open(&path) else { return Ok(false) };
        let Ok(sha256) = opened.sha256(&path, &mut |_, _| {}, &Cancel::new()) else { return Ok(false) };
        if sha256 != DEFAULT_MODEL.sha256 {
            self.not_the_default().insert(path, seen);
            return Ok(false);
        }
        self.put(&path, &opened, sha256, None, &DEFAULT_MODEL.facts())?;
        Ok(true)
    }

    /// Where a download goes, and whether it is there already.
    fn place_for(&self, name: &str, sha256: Option<&str>, url: &str, cancel: &Cancel) -> Result<(PathBuf, bool), ModelError> {
        let stem = name.strip_suffix(".gguf").unwrap_or(name);
        for number in 1..100 {
            let file = if number == 1 { name.to_owned() } else { format!("{stem}-{number}.gguf") };
            let path = self.folder.join(&file);
            if fs::symlink_metadata(&path).is_err() {
                return Ok((path, false));
            }
            let same = match sha256 {
                Some(wanted) => {
                    open(&path).and_then(|mut opened| opened.sha256(&path, &mut |_, _| {}, cancel)).is_ok_and(|found| found == wanted)
                }
                None => {
                    let row = self.store.read(|connection| rows::model_of_file(connection, &file))?;
                    let source = reqwest::Url::parse(url).ok().map(without_secrets);
                    row.is_some_and(|row| row.source_url.is_some() && row.source_url == source)
                }
            };
            if cancel.is_cancelled() {
                return Err(ModelError::Cancelled);
            }
            if same {
                return Ok((path, true));
            }
        }
        Err(ModelError::Download("There are a hundred models of this name already.".to_owned()))
    }

    fn enter(
        &self,
        path: &Path,
        opened: &Opened,
        sha256: String,
        source_url: Option<String>,
        describe: Describe<'_>,
        told: &mut dyn FnMut(ModelProgress),
    ) -> Result<ModelFile, ModelError> {
        refuse_one_of_several(&path.file_name().unwrap_or_default().to_string_lossy())?;
        told(ModelProgress::Describing);
        let facts = facts_of(&sha256, path, describe)?;
        self.put(path, opened, sha256, source_url, &facts)
    }

    fn put(
        &self,
        path: &Path,
        opened: &Opened,
        sha256: String,
        source_url: Option<String>,
        facts: &ModelFacts,
    ) -> Result<ModelFile, ModelError> {
        let file = self.stored_name(path)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = if sha256 == DEFAULT_MODEL.sha256 { DEFAULT_MODEL.name.to_owned() } else { naming::shown(facts, &file_name) };
        let row = ModelRow {
            id: new_id(self.clock.as_ref()),
            name,
            file: file.clone(),
            size: stored(opened.size),
            modified: opened.modified,
            sha256,
            source_url,
            facts: json(facts),
            settings: json(&ModelSettings::default()),
            created_at: self.clock.now(),
        };
        let row = self.store.write(|transaction| {
            rows::put_model(transaction, &row)?;
            rows::model_of_file(transaction, &file)
        })?;
        row.map(|row| self.read(row)).ok_or(ModelError::NotThere)
    }

    /// A name within the folder, or an absolute path.
    fn stored_name(&self, path: &Path) -> Result<String, ModelError> {
        let not_text = || ModelError::NotAModel("The file's path has bytes that are no text. Rename the file or its folder.".to_owned());
        let own = fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let within = path.parent().is_some_and(|parent| parent == own || parent == self.folder);
        let kept = if within { path.file_name().map(Path::new).unwrap_or(path) } else { path };
        kept.to_str().map(str::to_owned).ok_or_else(not_text)
    }

    fn read(&self, row: ModelRow) -> ModelFile {
        let is_ours = !Path::new(&row.file).is_absolute();
        // A row can't lead out of the folder: what is stored is a bare name.
        let path = if is_ours { self.folder.join(Path::new(&row.file).file_name().unwrap_or_default()) } else { PathBuf::from(&row.file) };
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let size = u64::try_from(row.size).unwrap_or(0);
        let problem = match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => Some(format!("{file_name} is no file any more.")),
            Ok(metadata) if metadata.len() != size => Some(format!("The file {file_name} was changed since it was added.")),
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(format!("The file {file_name} is not there any more.")),
            Err(_) => Some(format!("The file {file_name} can't be read.")),
        };
        let facts: ModelFacts = serde_json::from_str(&row.facts).unwrap_or_default();
        let settings: ModelSettings = serde_json::from_str(&row.settings).unwrap_or_default();
        ModelFile {
            note: naming::note(&facts),
            id: row.id,
            name: settings.name.clone().unwrap_or(row.name),
            settings,
            path,
            file_name,
            is_ours,
            size,
            sha256: row.sha256,
            source_url: row.source_url,
            facts,
            problem,
            created_at: row.created_at,
        }
    }

    fn not_the_default(&self) -> MutexGuard<'_, HashMap<PathBuf, (u64, i64)>> {
        self.not_the_default.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// What a file says of itself; what the default model's says is known.
fn facts_of(sha256: &str, path: &Path, describe: Describe<'_>) -> Result<ModelFacts, ModelError> {
    if sha256 == DEFAULT_MODEL.sha256 { Ok(DEFAULT_MODEL.facts()) } else { Ok(describe(path)?) }
}

fn refuse_one_of_several(file_name: &str) -> Result<(), ModelError> {
    if naming::is_one_of_several(file_name) {
        return Err(ModelError::NotAModel(
            "This is one of several files that only together are a model. Lectern takes models in one file.".to_owned(),
        ));
    }
    Ok(())
}

/// Addresses that are only good for a while carry a token behind the question mark.
fn without_secrets(mut url: reqwest::Url) -> String {
    url.set_query(None);
    url.to_string()
}

fn stored(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain numbers and texts")
}
