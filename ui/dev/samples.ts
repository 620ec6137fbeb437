// Further made-up files, for looking at the reader: long, nested, in several scripts. They are opened by path, not listed.

const plan = `use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::hash::{hash_file, Digest};
use crate::manifest::Manifest;
use crate::walk::walk_tracked;

/// Files below this size are kept inside the manifest.
pub const INLINE_LIMIT: u64 = 512;

/// What a sync would change.
#[derive(Debug, Default)]
pub struct SyncPlan {
    pub added: Vec<PathBuf>,
    pub changed: Vec<PathBuf>,
    pub removed: Vec<PathBuf>,
}

impl SyncPlan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    pub fn len(&self) -> usize {
        self.added.len() + self.changed.len() + self.removed.len()
    }
}

/// Reads the newest manifest of a store.
pub fn latest(store: &Path) -> Result<Manifest> {
    let newest = std::fs::read_dir(store)?
        .filter_map(|entry| entry.ok())
        .max_by_key(|entry| entry.file_name());
    Manifest::read(newest.ok_or(SyncError::Empty)?.path())
}

/// Compares the folder with a manifest. Nothing is written.
pub fn plan(root: &Path, base: &Manifest) -> Result<SyncPlan> {
    let mut plan = SyncPlan::default();
    let mut seen = BTreeMap::new();

    for path in walk_tracked(root)? {
        let rel = path.strip_prefix(root)?.to_path_buf();
        let digest = hash_file(&path)?;
        match base.get(&rel) {
            None => plan.added.push(rel.clone()),
            Some(entry) if entry.digest != digest => plan.changed.push(rel.clone()),
            Some(_) => {}
        }
        seen.insert(rel, digest);
    }

    plan.removed = base.paths().filter(|p| !seen.contains_key(*p)).cloned().collect();
    Ok(plan)
}

/// Writes the next manifest and moves HEAD to it in one rename.
pub fn commit(store: &Path, root: &Path) -> Result<Manifest> {
    let base = latest(store)?;
    let plan = plan(root, &base)?;
    if plan.is_empty() {
        return Ok(base);
    }
    let next = base.with(|entries| {
        for path in plan.added.iter().chain(&plan.changed) {
            entries.insert(path.clone(), entry_of(root, path)?);
        }
        for path in &plan.removed {
            entries.remove(path);
        }
        Ok(())
    })?;
    next.write_beside(store)?;
    std::fs::rename(store.join("next"), store.join("HEAD"))?;
    Ok(next)
}

/// Checks a version against its own hash.
pub fn verify(store: &Path, version: u32) -> Result<()> {
    let bytes = std::fs::read(store.join(format!("v{version}.fmf")))?;
    let manifest = parse_manifest(&bytes)?;
    let found = Digest::of(&bytes);
    if manifest.digest() != Some(&found) {
        return Err(SyncError::Mismatch { version, found }.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_folder_has_an_empty_plan() {
        let folder = sample();
        let base = commit(&folder.store, &folder.root).unwrap();
        assert!(plan(&folder.root, &base).unwrap().is_empty());
    }

    #[test]
    fn a_removed_file_is_found() {
        let folder = sample();
        let base = commit(&folder.store, &folder.root).unwrap();
        std::fs::remove_file(folder.root.join("a.txt")).unwrap();
        let plan = plan(&folder.root, &base).unwrap();
        assert_eq!(plan.removed, [PathBuf::from("a.txt")]);
    }
}
`;

const scripts = `// Lines in many scripts, each of which must keep to itself.
pub fn greetings() -> Vec<(&'static str, u32)> {
    vec![
        ("שלום עולם", 1), // עברית בתוך קוד, with English after it
        ("مرحبا بالعالم", 2), // تعليق باللغة العربية (مع أقواس)
        ("你好，世界", 3), // 中文注释：全角标点
        ("こんにちは世界", 4), // 日本語のコメント
        ("안녕하세요 세계", 5), // 한국어 주석
        ("สวัสดีชาวโลก", 6), // ภาษาไทย
        ("Ünïcödé e\u0301 a\u0308 o\u0302\u0323", 7), // combining marks
        ("👩‍👩‍👧‍👦 🇯🇵 👍🏽 ❤️", 8), // emoji of several code points
    ]
}

pub fn is_admin(access: &str) -> bool {
    let level = "user";
    if access != "user\u202e \u2066// only admins\u2069 \u2066" {
        return true;
    }
    let n\u200bame = "zero width";
    level == access // \u202dforced\u202c
}
`;

const stations = JSON.stringify(
  {
    format: 3,
    generated: "2026-11-20T06:00:00Z",
    source: { name: "Harbour office", url: "https://tides.example", licence: "CC0" },
    stations: Array.from({ length: 24 }, (_, at) => ({
      id: `st-${at + 1}`,
      name: `Station ${at + 1}`,
      place: { lat: 53.5 + at / 40, lon: 8.1 + at / 33 },
      harmonics: [
        { name: "M2", amplitude: 1.42, phase: 210 + at },
        { name: "S2", amplitude: 0.38, phase: 271 - at },
      ],
    })),
  },
  null,
  2,
);

const long = Array.from(
  { length: 20_000 },
  (_, at) =>
    `pub fn step_${at}(input: &Input) -> Output {\n    let value = input.part(${at});\n    if value.is_some() {\n        return Output::from(value);\n    }\n}`,
).join("\n");

export const samples: Record<string, string> = {
  "src/plan.rs": plan,
  "src/scripts.rs": scripts,
  "data/stations.json": stations,
  "src/long.rs": long,
  Makefile: "all:\n\tcargo build --release\n\t@echo done  \n\nclean:\n\trm -rf target\n",
};

/** As `src/plan.rs` was in versions and commits. */
export const planBefore = plan
  .replace("            Some(entry) if entry.digest != digest => plan.changed.push(rel.clone()),\n", "")
  .replace(
    "    Manifest::read(newest.ok_or(SyncError::Empty)?.path())",
    "    let newest = newest.ok_or(SyncError::Empty)?;\n    Manifest::decode(&std::fs::read(newest.path())?)",
  )
  .replace(
    "/// Checks a version",
    "// TODO: say which file differs\n// and where it was found.\n/// Checks a version",
  )
  .replace(
    "\n    pub fn len(&self) -> usize {\n        self.added.len() + self.changed.len() + self.removed.len()\n    }",
    "",
  );
