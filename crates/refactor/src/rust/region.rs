//! Which packages can have to do with each other: a name in one can mean something of another only if one of them needs the other.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashSet},
    rc::Rc,
};

use super::{
    crates::{file_name, folder_of},
    world::World,
};

/// Packages that a question can be about, by their folders.
pub(super) struct Region {
    /// Tells it from the others.
    pub(super) id: u32,
    /// `None`: all there are.
    folders: Option<BTreeSet<String>>,
    /// Whether each file of the index is in one of them.
    near: OnceCell<Vec<bool>>,
}

/// The packages of the project that each package needs.
pub(super) type Needs = BTreeMap<String, Vec<String>>;

impl World<'_> {
    /// From now on only what can have to do with a file's package is looked at.
    pub(super) fn enter(&self, path: &str) {
        let region = self.manifest_of(path).map(|manifest| self.region_of(&manifest.folder));
        self.region.replace(region);
    }

    /// Tells what is known of this region from what is known of others.
    pub(super) fn region_id(&self) -> u32 {
        self.region.borrow().as_ref().map_or(0, |region| region.id)
    }

    /// Whether a file, by its number, is in a package that is looked at.
    pub(super) fn is_near(&self, file: u32) -> bool {
        let Some(region) = self.region.borrow().clone() else { return true };
        let Some(folders) = &region.folders else { return true };
        let near = region.near.get_or_init(|| self.near(folders));
        near.get(file as usize).copied().unwrap_or(true)
    }

    fn near(&self, folders: &BTreeSet<String>) -> Vec<bool> {
        // A `#[path]` may lead out of a package.
        let stated: HashSet<&str> = self.index().stated.iter().map(|(stated, _)| file_name(stated)).collect();
        let is_inside = |path: &str| self.manifest_of(path).is_none_or(|manifest| folders.contains(&manifest.folder));
        self.index().paths().map(|path| is_inside(path) || stated.contains(file_name(path))).collect()
    }

    fn region_of(&self, folder: &str) -> Rc<Region> {
        if let Some(known) = self.regions.borrow().get(folder) {
            return Rc::clone(known);
        }
        let needs = self.needs();
        let mut folders = BTreeSet::from([folder.to_owned()]);
        // Those that need it, and all that any of them needs.
        grow(&mut folders, |at, folders| {
            needs
                .iter()
                .filter(|(_, needed)| needed.iter().any(|needed| needed == at))
                .map(|(user, _)| user.clone())
                .filter(|user| !folders.contains(user))
                .collect()
        });
        grow(&mut folders, |at, _| needs.get(at).cloned().unwrap_or_default());
        let folders = (folders.len() < needs.len()).then_some(folders);
        let same = self.regions.borrow().values().find(|region| region.folders == folders).cloned();
        let region = same.unwrap_or_else(|| {
            let id = if folders.is_some() { u32::try_from(self.regions.borrow().len() + 1).unwrap_or(u32::MAX) } else { 0 };
            Rc::new(Region { id, folders, near: OnceCell::new() })
        });
        self.regions.borrow_mut().insert(folder.to_owned(), Rc::clone(&region));
        region
    }

    fn needs(&self) -> Rc<Needs> {
        let read = || {
            let manifests = self.project.paths().iter().filter(|path| file_name(path) == "Cargo.toml");
            let packages = manifests.filter_map(|path| self.manifest_in(folder_of(path)));
            let needs = packages.map(|package| (package.folder.clone(), package.dependencies.values().flatten().cloned().collect()));
            Rc::new(needs.collect())
        };
        Rc::clone(self.needs.get_or_init(read))
    }
}

/// Adds what comes of each member, and of what was added, until nothing new does.
fn grow(folders: &mut BTreeSet<String>, more: impl Fn(&str, &BTreeSet<String>) -> Vec<String>) {
    let mut waiting: Vec<String> = folders.iter().cloned().collect();
    while let Some(at) = waiting.pop() {
        for found in more(&at, folders) {
            if folders.insert(found.clone()) {
                waiting.push(found);
            }
        }
    }
}
