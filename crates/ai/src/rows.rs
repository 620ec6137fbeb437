//! The rows of ai_prompts and ai_citations, with their SQL.

use std::str::FromStr;

use lectern_llm::{Finished, Message};
use lectern_objects::ObjectHash;
use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, OptionalExtension, Row, params, types::Type},
};
use serde::{Deserialize, Serialize};

use crate::{Answered, Page, PlannedSlot};

/// The `format` of `ai_prompts.data` that this build writes.
const PROMPT_FORMAT: u32 = 1;

const INSERT_PROMPT: &str = "INSERT INTO ai_prompts (job_id, slot, data, created_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (job_id, slot) DO UPDATE SET data = excluded.data, created_at = excluded.created_at";
const PROMPTS: &str = "SELECT slot, data FROM ai_prompts WHERE job_id = ?1 ORDER BY created_at, rowid";
const PROMPT: &str = "SELECT slot, data FROM ai_prompts WHERE job_id = ?1 AND slot = ?2";
const DELETE_PROMPTS: &str = "DELETE FROM ai_prompts WHERE job_id = ?1";
const DELETE_CITATIONS: &str = "DELETE FROM ai_citations WHERE job_id = ?1";
const INSERT_CITATION: &str =
    "INSERT INTO ai_citations (job_id, number, file_path, line_start, line_end, object_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const OBJECTS: &str = "SELECT DISTINCT object_hash FROM ai_citations";
/// ?1 project, ?2 path. The latest first; of each page its lines in order.
const CITING: &str = "SELECT c.job_id, c.number, c.line_start, c.line_end, c.object_hash FROM ai_citations AS c
    JOIN ai_jobs AS j ON j.id = c.job_id
    WHERE c.file_path = ?2 AND j.project_id = ?1 AND j.status = 'SUCCESS' AND j.deleted_at IS NULL
    ORDER BY j.created_at DESC, j.id DESC, c.line_start, c.line_end, c.number LIMIT 2000";

/// What a model was asked for a slot, and what it answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptPrompt {
    format: u32,
    /// Names the prompt on the page: the slot, and which part of it.
    #[serde(skip)]
    pub slot: String,
    /// The title of the slot's section.
    pub section: String,
    /// The conversation, exactly.
    #[serde(with = "said")]
    pub messages: Vec<Message>,
    /// Tokens of the messages.
    pub tokens: u32,
    /// The most that was written.
    pub max_tokens: u32,
    /// The form of the answer.
    pub grammar: Option<String>,
    /// What was withheld from it: `2 secrets`. Empty for none.
    pub withheld: String,
    /// As it came, before anything was checked; `None` when it was not asked.
    pub answer: Option<String>,
    /// Why the answer ended, and what it took; `None` when it was not asked, and of builds that did not keep it.
    #[serde(default)]
    pub finished: Option<Finished>,
}

impl KeptPrompt {
    /// The record of a prompt.
    pub fn new(prompt: &PlannedSlot, answer: Option<&Answered>) -> Self {
        Self {
            format: PROMPT_FORMAT,
            slot: prompt.name.clone(),
            section: prompt.section.clone(),
            messages: prompt.messages.clone(),
            tokens: prompt.tokens,
            max_tokens: prompt.max_tokens,
            grammar: Some(prompt.grammar.clone()),
            withheld: match prompt.withheld {
                0 => String::new(),
                1 => "1 secret".to_owned(),
                count => format!("{count} secrets"),
            },
            answer: answer.map(|answer| answer.text.clone()),
            finished: answer.map(|answer| answer.finished),
        }
    }

    /// The whole answer, if it was given to exactly this prompt.
    pub fn answer_to(&self, prompt: &PlannedSlot) -> Option<Answered> {
        let same = (&self.slot, &self.messages, self.max_tokens, self.grammar.as_ref())
            == (&prompt.name, &prompt.messages, prompt.max_tokens, Some(&prompt.grammar));
        same.then(|| Some(Answered { text: self.answer.clone()?, finished: self.finished? })).flatten()
    }
}

/// Messages as they are stored.
mod said {
    use lectern_llm::{Message, Role};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Said {
        role: Role,
        text: String,
    }

    pub fn serialize<S: Serializer>(messages: &[Message], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(messages.iter().map(|message| Said { role: message.role, text: message.text.clone() }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Message>, D::Error> {
        let said = Vec::<Said>::deserialize(deserializer)?;
        Ok(said.into_iter().map(|said| Message::new(said.role, said.text)).collect())
    }
}

/// A place of a page that cites a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitingRow {
    /// The page.
    pub job_id: String,
    /// The citation's number there.
    pub number: u32,
    /// 1-based.
    pub line_start: u32,
    /// Inclusive.
    pub line_end: u32,
    /// The contents that are cited.
    pub object: String,
}

/// Keeps what was asked and answered; a prompt of the same name is replaced.
///
/// # Errors
/// The database's.
pub fn keep_prompt(connection: &Connection, job_id: &str, prompt: &KeptPrompt, now: Timestamp) -> rusqlite::Result<()> {
    let data = serde_json::to_string(prompt).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection.prepare_cached(INSERT_PROMPT)?.execute(params![job_id, prompt.slot, data, now])?;
    Ok(())
}

/// What was asked for a job, in the order in which it was.
///
/// # Errors
/// The database's.
pub fn prompts_of(connection: &Connection, job_id: &str) -> rusqlite::Result<Vec<KeptPrompt>> {
    let mut statement = connection.prepare_cached(PROMPTS)?;
    statement.query_map([job_id], kept)?.collect()
}

/// What was asked for a job under this name.
///
/// # Errors
/// The database's.
pub fn prompt_of(connection: &Connection, job_id: &str, name: &str) -> rusqlite::Result<Option<KeptPrompt>> {
    connection.prepare_cached(PROMPT)?.query_row([job_id, name], kept).optional()
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptPrompt> {
    let data: String = row.get(1)?;
    let parsed: KeptPrompt =
        serde_json::from_str(&data).map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, Type::Text, error.into()))?;
    Ok(KeptPrompt { slot: row.get(0)?, ..parsed })
}

/// Forgets what was asked for a job: it is written anew.
///
/// # Errors
/// The database's.
pub fn forget_prompts(connection: &Connection, job_id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE_PROMPTS)?.execute([job_id])?;
    Ok(())
}

/// Puts the citations of a page in the place of those that the job had. Belongs into the transaction that stores the page.
///
/// # Errors
/// The database's.
pub fn replace_citations(connection: &Connection, job_id: &str, page: &Page) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE_CITATIONS)?.execute([job_id])?;
    let mut statement = connection.prepare_cached(INSERT_CITATION)?;
    for citation in &page.citations {
        statement.execute(params![job_id, citation.id, citation.path, citation.line_start, citation.line_end, citation.object])?;
    }
    Ok(())
}

/// The places of finished pages that cite a file of a project, the latest page first.
///
/// # Errors
/// The database's.
pub fn pages_citing(connection: &Connection, project_id: &str, path: &str) -> rusqlite::Result<Vec<CitingRow>> {
    let mut statement = connection.prepare_cached(CITING)?;
    let rows = statement.query_map([project_id, path], |row| {
        Ok(CitingRow { job_id: row.get(0)?, number: row.get(1)?, line_start: row.get(2)?, line_end: row.get(3)?, object: row.get(4)? })
    })?;
    rows.collect()
}

/// All contents that pages refer to: they must be kept.
///
/// # Errors
/// The database's.
pub fn cited_objects(connection: &Connection) -> rusqlite::Result<Vec<ObjectHash>> {
    let mut statement = connection.prepare_cached(OBJECTS)?;
    let rows = statement.query_map([], |row| {
        let hash: String = row.get(0)?;
        ObjectHash::from_str(&hash).map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests;
