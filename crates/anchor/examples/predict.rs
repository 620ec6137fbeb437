//! Predicts where ranges of lines went: `predict EVAL.jsonl[.zst] TEXTS.jsonl[.zst]` prints one JSON line
//! `{"id","path","range":[a,b]|null,"state"}` a record.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Instant,
};

use lectern_anchor::{Candidate, CandidateKind, Follower, LineRange, Text};
use rayon::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    id: String,
    old: Version,
    old_range: [u32; 2],
    same_path: Option<Version>,
    candidates: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    path: String,
    text_hash: String,
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct Stored {
    hash: String,
    text: String,
}

/// Texts are cut into lines when first needed, once for each path ending they appear under.
struct Texts {
    stored: HashMap<String, (Arc<str>, OnceLock<Arc<Text>>)>,
}

impl Texts {
    fn get(&self, version: &Version) -> Option<Arc<Text>> {
        let (text, made) = self.stored.get(&version.text_hash)?;
        Some(made.get_or_init(|| Arc::new(Text::new(&version.path, text.clone()))).clone())
    }
}

fn open(path: &str) -> io::Result<BufReader<Box<dyn Read>>> {
    let file = File::open(path)?;
    let reader: Box<dyn Read> = if path.ends_with(".zst") {
        let mut decoder = zstd::Decoder::new(file)?;
        decoder.window_log_max(27)?;
        Box::new(decoder)
    } else {
        Box::new(file)
    };
    Ok(BufReader::with_capacity(1 << 20, reader))
}

fn read<T: for<'de> Deserialize<'de>>(path: &str, mut each: impl FnMut(T)) -> io::Result<()> {
    let mut reader = open(path)?;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            each(serde_json::from_slice(&line).map_err(io::Error::other)?);
        }
        line.clear();
    }
    Ok(())
}

fn predict(texts: &Texts, record: &Record, explain: bool) -> serde_json::Value {
    let nothing = |why: &str| serde_json::json!({"id": record.id, "path": null, "range": null, "state": why});
    let Some(old) = texts.get(&record.old) else { return nothing("NO_TEXT") };
    let range = match LineRange::new(record.old_range[0], record.old_range[1]) {
        Ok(range) => range,
        Err(error) => return nothing(&error.to_string()),
    };
    let same_path = record.same_path.as_ref().and_then(|version| texts.get(version));
    let loaders: Vec<_> = record.candidates.iter().map(|version| move || texts.get(version)).collect();
    let candidates: Vec<Candidate<'_>> = record
        .candidates
        .iter()
        .zip(&loaders)
        .map(|(version, text)| Candidate {
            path: &version.path,
            kind: if version.status == "A" { CandidateKind::Added } else { CandidateKind::Changed },
            text,
        })
        .collect();
    let anchor = match Follower::new(&record.old.path, &old, same_path.as_deref(), &candidates).follow(range) {
        Ok(anchor) => anchor,
        Err(error) => return nothing(&error.to_string()),
    };
    let (path, range) = match &anchor.place {
        Some((path, range)) => (Some(path), Some([range.start(), range.end()])),
        None => (None, None),
    };
    let mut answer = serde_json::json!({"id": record.id, "path": path, "range": range, "state": anchor.state.name()});
    if explain {
        answer["confidence"] = serde_json::json!(anchor.confidence);
        answer["method"] = serde_json::json!(anchor.method.name());
        let alternatives = anchor.alternatives.iter().map(|other| {
            let e = &other.evidence;
            serde_json::json!({"path": other.path, "range": [other.range.start(), other.range.end()], "score": other.score,
                "evidence": [e.content, e.head, e.tail, e.kept, e.foreign, e.neighbours, e.blocks, e.in_order, e.whole, e.file, e.length, e.said, e.rival, e.path, e.room]})
        });
        answer["alternatives"] = alternatives.collect();
    }
    answer
}

fn run(records: &str, texts: &str, explain: bool) -> io::Result<()> {
    let mut stored = HashMap::new();
    read(texts, |text: Stored| drop(stored.insert(text.hash, (Arc::from(text.text), OnceLock::new()))))?;
    let texts = Texts { stored };
    let mut all: Vec<Record> = Vec::new();
    read(records, |record| all.push(record))?;
    let start = Instant::now();
    let answers: Vec<String> = all.par_iter().map(|record| predict(&texts, record, explain).to_string()).collect();
    let taken = start.elapsed().as_secs_f64();
    let mut out = BufWriter::new(io::stdout().lock());
    for answer in &answers {
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    eprintln!("{} records in {taken:.2} s: {:.0} a second", all.len(), all.len() as f64 / taken);
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let explain = arguments.iter().any(|argument| argument == "--explain");
    let paths: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    let [records, texts] = paths[..] else {
        eprintln!("usage: predict EVAL.jsonl[.zst] TEXTS.jsonl[.zst] [--explain]");
        return ExitCode::from(2);
    };
    match run(records, texts, explain) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("predict: {error}");
            ExitCode::FAILURE
        }
    }
}
