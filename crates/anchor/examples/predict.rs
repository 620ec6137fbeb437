//! Predicts where ranges of lines went: `predict EVAL.jsonl[.zst] TEXTS.jsonl[.zst]` prints one JSON line
//! `{"id","path","range":[a,b]|null,"state"}` a record; with `--explain` also why.

#[path = "../tests/support/records.rs"]
mod records;

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
    time::Instant,
};

use rayon::prelude::*;
use records::{Record, Texts, follow};
use serde_json::{Value, json};

fn predict(texts: &Texts, record: &Record, explain: bool) -> Value {
    let nothing = |why: &str| json!({"id": record.id, "path": null, "range": null, "state": why});
    let anchor = match follow(texts, record) {
        Some(Ok(anchor)) => anchor,
        Some(Err(error)) => return nothing(&error.to_string()),
        None => return nothing("the text is missing"),
    };
    let (path, range) = match &anchor.place {
        Some((path, range)) => (Some(path), Some([range.start(), range.end()])),
        None => (None, None),
    };
    let mut answer = json!({"id": record.id, "path": path, "range": range, "state": anchor.state.name()});
    if explain {
        answer["confidence"] = json!(anchor.confidence);
        answer["method"] = json!(anchor.method.name());
        let alternatives = anchor.alternatives.iter().map(|other| {
            let e = &other.evidence;
            let evidence = json!([
                e.content,
                e.head,
                e.tail,
                e.kept,
                e.foreign,
                e.neighbours,
                e.blocks,
                e.in_order,
                e.whole,
                e.file,
                e.length,
                e.said,
                e.rival,
                e.path,
                e.room,
                e.apart,
                e.known,
                e.theirs
            ]);
            json!({"path": other.path, "range": [other.range.start(), other.range.end()], "score": other.score, "evidence": evidence})
        });
        answer["alternatives"] = alternatives.collect();
    }
    answer
}

fn run(records: &str, texts: &str, explain: bool) -> io::Result<()> {
    let texts = Texts::read(Path::new(texts))?;
    let mut all: Vec<Record> = Vec::new();
    records::lines(Path::new(records), |line| {
        all.push(serde_json::from_slice(line).map_err(io::Error::other)?);
        Ok(())
    })?;
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
