//! A project as detection sees it: its listing, and files that are read once each and not too many of them.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use serde_json::Value;

use super::{
    listing::{Listing, join},
    managers::{self, Manager},
};

/// A larger file is not looked into.
const LARGEST: usize = 2 * 1024 * 1024;
/// So many files are asked for at most.
const MOST_READS: u32 = 900;
/// So many scripts of one package.json are looked at.
const MOST_SCRIPTS: usize = 400;

type ReadFile<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// The project.
pub(crate) struct Project<'a> {
    pub listing: Listing<'a>,
    read: ReadFile<'a>,
    left: Cell<u32>,
    texts: RefCell<HashMap<String, Option<Rc<str>>>>,
    packages: RefCell<HashMap<String, Option<Rc<Package>>>>,
}

/// What of a package.json matters here.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// Names, of those it runs with and those it is built with.
    pub dependencies: BTreeSet<String>,
    /// Names and texts.
    pub scripts: Vec<(String, String)>,
    pub manager: Option<Manager>,
}

impl<'a> Project<'a> {
    pub(crate) fn new(listing: Listing<'a>, read: ReadFile<'a>) -> Self {
        Self { listing, read, left: Cell::new(MOST_READS), texts: RefCell::default(), packages: RefCell::default() }
    }

    /// A small file's text, also of files that the listing leaves out.
    pub(crate) fn text(&self, path: &str) -> Option<Rc<str>> {
        if let Some(known) = self.texts.borrow().get(path) {
            return known.clone();
        }
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        let text = (self.read)(path).filter(|bytes| bytes.len() <= LARGEST).map(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            Rc::from(text.strip_prefix('\u{feff}').unwrap_or(&text))
        });
        self.texts.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }

    /// The text of a file that is in the listing.
    pub(crate) fn listed(&self, path: &str) -> Option<Rc<str>> {
        if self.listing.has(path) { self.text(path) } else { None }
    }

    /// Whether there is a file, in the listing or besides it.
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.listing.has(path) || self.text(path).is_some()
    }

    /// A folder's package.json; none when there is none or it can't be read.
    pub(crate) fn package(&self, folder: &str) -> Option<Rc<Package>> {
        if let Some(known) = self.packages.borrow().get(folder) {
            return known.clone();
        }
        let package = self.listed(&join(folder, "package.json")).and_then(|text| read_package(&text)).map(Rc::new);
        self.packages.borrow_mut().insert(folder.to_owned(), package.clone());
        package
    }
}

fn read_package(text: &str) -> Option<Package> {
    let file: Value = serde_json::from_str(text).ok()?;
    let mut package = Package { manager: managers::named(&file), ..Package::default() };
    for section in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
        package.dependencies.extend(file.get(section).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone()));
    }
    package.scripts = scripts(file.get("scripts"));
    Some(package)
}

/// The scripts of an object: those with telling names first when there are too many.
pub(crate) fn scripts(object: Option<&Value>) -> Vec<(String, String)> {
    let all = object.and_then(Value::as_object).into_iter().flatten();
    let mut scripts: Vec<_> = all
        .filter_map(|(name, value)| Some((name.clone(), value.as_str().or_else(|| value.get("command")?.as_str())?.to_owned())))
        .filter(|(name, text)| !name.is_empty() && name.len() <= 200 && !name.starts_with('-') && !text.trim().is_empty())
        .collect();
    if scripts.len() > MOST_SCRIPTS {
        scripts.sort_by_key(|(name, _)| (!matches!(name.as_str(), "dev" | "develop" | "start" | "serve" | "server"), name.len()));
        scripts.truncate(MOST_SCRIPTS);
    }
    scripts
}

/// The line, from 1, on which a script of this name and text is defined.
pub(crate) fn line_of(source: &str, section: &str, name: &str, text: &str) -> Option<u32> {
    let from = source.find(&format!("\"{section}\"")).unwrap_or(0);
    let key = serde_json::to_string(name).ok()?;
    let value = serde_json::to_string(text).ok()?;
    let mut at = from;
    let mut found = None;
    // A text that occurs everywhere must not make this quadratic.
    for _ in 0..100 {
        let Some(next) = source[at..].find(&key).map(|next| at + next) else { break };
        at = next + key.len();
        if let Some(after) = source[at..].trim_start().strip_prefix(':') {
            found = found.or(Some(next));
            if after.trim_start().starts_with(&value) {
                found = Some(next);
                break;
            }
        }
    }
    let lines = source[..found?].bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines + 1).ok()
}
