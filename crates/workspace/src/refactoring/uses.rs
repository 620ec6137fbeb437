//! Where a name is used, by what it means: grouped by how sure that is, then by file.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use lectern_refactor::{Certainty, Found, OccurrenceRole, Project, spelled};
use lectern_search::text::{FileHits, FoundLine, Globs};
use lectern_sync::RepoPath;

use super::{Pointed, symbols::Lined, texts::VersionTexts};
use crate::{Workspace, view::Failure};

/// So many places are listed of those that are found, and so many of those that are merely spelled the same.
const MOST: usize = 20_000;
const MOST_SPELLED: usize = 2000;
/// Of longer lines, so many characters are shown.
const LONGEST: usize = 400;

/// Places that are equally sure.
pub(crate) struct Uses {
    pub name: String,
    /// "function", "type parameter".
    pub kind: String,
    pub certainty: Certainty,
    /// Why it is said of them, the most frequent first.
    pub reasons: Vec<String>,
    /// Ascending by path.
    pub files: Vec<UsedFile>,
}

/// A file with such places.
pub(crate) struct UsedFile {
    pub hits: FileHits,
    /// Why, for each of its lines.
    pub reasons: Vec<Arc<str>>,
}

impl Uses {
    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.files.iter().map(|file| file.hits.lines.len()).sum()
    }
}

/// A place and why it is one: path, start, end, how sure, reason.
type Told<'a> = (&'a str, u32, u32, Certainty, &'a str);

impl Workspace {
    /// Tells `hear` of every place that means what the name at a place means, the surest first, and then of those that are spelled the same in comments,
    /// strings and prose. False when there are more than are told.
    ///
    /// # Errors
    /// As [`definition_at`](Workspace::definition_at), before anything was told.
    pub(crate) fn uses_at(
        &self,
        pointed: &Pointed,
        globs: &Globs,
        cancel: &Arc<AtomicBool>,
        mut hear: impl FnMut(Uses),
    ) -> Result<bool, Failure> {
        let (found, texts) = self.found_at(pointed, cancel, |found| found.occurrences.iter().map(|one| one.path.as_str()).collect())?;
        let takes = |path: &str| globs.takes(Path::new(path));
        let all: Vec<Told<'_>> = found
            .occurrences
            .iter()
            .filter(|one| takes(&one.path))
            .map(|one| {
                let reason = if one.role == OccurrenceRole::Definition { "declared here" } else { one.reason.as_str() };
                (one.path.as_str(), one.start, one.end, one.certainty, reason)
            })
            .collect();
        let mut whole = all.len() <= MOST;
        for certainty in [Certainty::Certain, Certainty::Probable] {
            let places: Vec<Told<'_>> = all.iter().take(MOST).filter(|told| told.3 == certainty).copied().collect();
            tell(&texts, &found, certainty, &places, &mut hear);
        }
        let told = spelled(&texts, &pointed.at.path, &found, MOST_SPELLED)?;
        whole &= told.len() < MOST_SPELLED;
        let places = told.iter().filter(|one| takes(&one.path));
        let places: Vec<Told<'_>> = places.map(|one| (one.path.as_str(), one.start, one.end, Certainty::Text, one.reason)).collect();
        tell(&texts, &found, Certainty::Text, &places, &mut hear);
        Ok(whole)
    }
}

fn tell(texts: &VersionTexts<'_>, found: &Found, certainty: Certainty, places: &[Told<'_>], hear: &mut impl FnMut(Uses)) {
    if places.is_empty() {
        return;
    }
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for (.., reason) in places {
        *often.entry(reason).or_default() += 1;
    }
    let mut reasons: Vec<(&str, usize)> = often.into_iter().collect();
    reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let mut lines = Lined::new(texts);
    hear(Uses {
        name: found.name.clone(),
        kind: found.kind.clone(),
        certainty,
        reasons: reasons.into_iter().map(|(reason, _)| reason.to_owned()).collect(),
        files: places.chunk_by(|one, other| one.0 == other.0).filter_map(|places| file_of(texts, &mut lines, places)).collect(),
    });
}

/// The lines of one file with these places.
fn file_of(texts: &VersionTexts<'_>, lines: &mut Lined<'_>, places: &[Told<'_>]) -> Option<UsedFile> {
    let path = places.first()?.0;
    let (mut shown, mut reasons): (Vec<FoundLine>, Vec<Arc<str>>) = (Vec::new(), Vec::new());
    let mut rest = places;
    while let Some((_, start, ..)) = rest.first() {
        let (number, begin, line) = lines.line(path, *start as usize);
        let end = begin + line.len();
        let here = rest.iter().take_while(|told| (told.1 as usize) <= end).count().max(1);
        let narrow = |at: u32| u32::try_from((at as usize).clamp(begin, end) - begin).unwrap_or(u32::MAX);
        let matches = rest[..here].iter().map(|told| narrow(told.1)..narrow(told.2)).collect();
        let mut why: Vec<&str> = Vec::new();
        for (.., reason) in &rest[..here] {
            if !why.contains(reason) {
                why.push(reason);
            }
        }
        shown.push(FoundLine::hit(u64::from(number), begin as u64, line.as_bytes(), matches, Some(LONGEST)));
        reasons.push(why.join("; ").into());
        rest = &rest[here..];
    }
    let hits = FileHits { path: RepoPath::from_key(path).ok()?, hash: texts.object(path)?, lines: shown };
    Some(UsedFile { hits, reasons })
}
