//! Definitions at random, the same for the same seed.

use std::{collections::HashSet, time::Duration};

use lectern_refactor::{Project as _, engine_for};
use lectern_syntax::{Language, SyntaxTree};

use crate::folder::Folder;

/// A file that takes longer to parse is left out.
const BUDGET: Duration = Duration::from_secs(10);

/// xorshift.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.max(1);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or(0)
    }
}

/// A definition that is to be called otherwise.
#[derive(Debug, Clone)]
pub struct Picked {
    pub path: String,
    /// Of the name, in bytes.
    pub offset: u32,
    pub name: String,
    pub new: String,
    pub kind: String,
}

/// So many definitions, of as many files as there are; fewer where there are not so many.
pub fn pick(project: &Folder, count: usize, random: &mut Random) -> Vec<Picked> {
    let code: Vec<&String> = project.paths().iter().filter(|path| engine_for(path).is_some()).collect();
    let (mut picked, mut seen) = (Vec::new(), HashSet::new());
    for _ in 0..count * 20 {
        if picked.len() == count || code.is_empty() {
            break;
        }
        let path = code[random.below(code.len())];
        let Some(text) = project.text(path) else { continue };
        let Some(language) = Language::for_path(path, None) else { continue };
        let Ok(tree) = SyntaxTree::parse(language, text.clone(), BUDGET) else { continue };
        let names: Vec<_> = tree.outline().into_iter().filter(|symbol| text.get(symbol.name_range.clone()) == Some(&symbol.name)).collect();
        if names.is_empty() {
            continue;
        }
        let symbol = &names[random.below(names.len())];
        let is_name = symbol.name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'));
        let offset = u32::try_from(symbol.name_range.start).unwrap_or(u32::MAX);
        if is_name && seen.insert((path.clone(), offset)) {
            let (name, kind) = (symbol.name.clone(), symbol.kind.as_str().to_owned());
            picked.push(Picked { path: path.clone(), offset, new: format!("{name}Zq{}", picked.len()), name, kind });
        }
    }
    picked
}
