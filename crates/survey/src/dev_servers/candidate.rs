//! A command that was found, and where it stands among the others.

use super::{Certainty, Command, listing::depth, table::Role};

/// A command with what decides its rank.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub command: Command,
    pub role: Role,
    /// For the script's name and the like.
    pub bonus: i32,
    pub owns_assets: bool,
    pub built: &'static [&'static str],
    pub falls_back: bool,
}

impl Candidate {
    /// The higher the likelier.
    fn score(&self) -> i32 {
        let sure = match self.command.certainty {
            Certainty::Sure => 100,
            Certainty::Likely => 75,
            Certainty::Possible => 45,
        };
        let role = match self.role {
            Role::Site | Role::Bundler => 0,
            Role::Runner => -6,
            Role::Service => -14,
            Role::Files => -20,
            Role::Docs => -25,
            Role::Workbench => -40,
        };
        sure + role + self.bonus + place(&self.command.folder)
    }
}

/// What a folder's place says: the root comes first, then what is named for people, last what is there to show or to test.
fn place(folder: &str) -> i32 {
    if folder.is_empty() {
        return 0;
    }
    let mut worst = -6;
    for (at, part) in folder.split('/').enumerate() {
        let named = match part.to_ascii_lowercase().as_str() {
            "web" | "frontend" | "front" | "client" | "app" | "site" | "webapp" | "web-app" | "front-end" | "main" => -3,
            "apps" | "packages" if at == 0 => -5,
            "www" | "website" | "ui" | "dashboard" | "portal" | "landing" => -4,
            "docs" | "doc" | "documentation" | "storybook" | "blog" => -25,
            "example" | "examples" | "demo" | "demos" | "playground" | "playgrounds" | "sandbox" | "test" | "tests" | "e2e"
            | "fixtures" | "fixture" | "__tests__" | "spec" | "templates" | "template" | "benchmark" | "benchmarks" | "bench"
            | "samples" | "sample" | "starters" | "testdata" => -50,
            _ => -6,
        };
        worst = if named < -20 {
            worst.min(named)
        } else if at == 0 || worst < -20 {
            worst.min(named.max(worst))
        } else {
            named
        };
    }
    if folder.starts_with("packages/") || folder.starts_with("libs/") {
        worst -= 6;
    }
    worst - i32::try_from(depth(folder).min(10)).unwrap_or(10)
}

/// The best first, each command once, and not too many.
pub(crate) fn ranked(mut all: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    // A bundler beside or beneath a server that makes the pages only makes what these use.
    let owners: Vec<String> = all
        .iter()
        .filter(|one| one.owns_assets && one.command.certainty != Certainty::Possible)
        .map(|one| one.command.folder.clone())
        .collect();
    // Of two ways to start the same, the one that its authors wrote down is meant.
    let plain: Vec<_> =
        all.iter().filter(|one| one.command.script.is_none()).map(|one| (one.command.folder.clone(), one.command.id)).collect();
    for one in &mut all {
        if one.command.script.is_some() && plain.iter().any(|(folder, id)| *folder == one.command.folder && *id == one.command.id) {
            one.bonus += 10;
        }
        let folder = &one.command.folder;
        let assets = |owner: &String| owner == folder || super::listing::join(owner, "assets") == *folder;
        if !one.owns_assets && matches!(one.role, Role::Bundler | Role::Runner) && owners.iter().any(assets) {
            one.bonus -= 60;
            if one.command.certainty == Certainty::Sure {
                one.command.certainty = Certainty::Likely;
            }
        }
    }
    all.sort_by(|one, other| {
        let key = |one: &Candidate| (-one.score(), depth(&one.command.folder));
        key(one)
            .cmp(&key(other))
            .then_with(|| one.command.folder.cmp(&other.command.folder))
            .then_with(|| one.command.argv.cmp(&other.command.argv))
    });
    let mut seen = std::collections::HashSet::new();
    all.retain(|one| seen.insert((one.command.folder.clone(), one.command.argv.clone())));
    all.truncate(most);
    all
}
