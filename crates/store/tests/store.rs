//! What the store promises about a database file.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use lectern_store::{LATEST_VERSION, Store, StoreError, StoreOptions, SystemClock, rusqlite, schema_version};

fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, &StoreOptions::default(), &SystemClock)
}

/// `seed-schema.md`, column by column. `bundle_path` or `bundle_url`: both exist.
const SEED: &[(&str, &[&str])] = &[
    ("users", &["id", "email", "password_hash", "created_at", "updated_at"]),
    ("projects", &["id", "owner_id", "name", "description", "repo_url", "created_at", "updated_at"]),
    ("project_manifests", &["id", "project_id", "version", "created_at", "data", "hash"]),
    ("repo_syncs", &["id", "project_id", "status", "error_message", "started_at", "finished_at"]),
    ("ai_jobs", &["id", "project_id", "user_id", "status", "type", "params", "result", "created_at", "updated_at"]),
    ("refactor_jobs", &["id", "project_id", "user_id", "status", "params", "proposal", "applied_changes", "created_at", "updated_at"]),
    (
        "preview_sessions",
        &["id", "project_id", "preview_token", "status", "bundle_path", "bundle_url", "expires_at", "created_at", "updated_at"],
    ),
    ("preview_cleanup_events", &["id", "preview_session_id", "stage", "created_at"]),
    ("comment_threads", &["id", "project_id", "file_path", "line_start", "line_end", "created_at", "updated_at"]),
    ("comments", &["id", "thread_id", "author_id", "author_type", "body", "created_at"]),
    ("notifications", &["id", "user_id", "type", "payload", "read_at", "created_at"]),
];

const FOREIGN_KEYS: &[(&str, &str, &str)] = &[
    ("projects", "owner_id", "users"),
    ("project_manifests", "project_id", "projects"),
    ("repo_syncs", "project_id", "projects"),
    ("ai_jobs", "project_id", "projects"),
    ("ai_jobs", "user_id", "users"),
    ("refactor_jobs", "project_id", "projects"),
    ("refactor_jobs", "user_id", "users"),
    ("preview_sessions", "project_id", "projects"),
    ("preview_cleanup_events", "preview_session_id", "preview_sessions"),
    ("comment_threads", "project_id", "projects"),
    ("comments", "thread_id", "comment_threads"),
    ("comments", "author_id", "users"),
    ("notifications", "user_id", "users"),
];

const INDEXED: &[(&str, &str)] = &[
    ("ai_jobs", "project_id"),
    ("ai_jobs", "status"),
    ("ai_jobs", "user_id"),
    ("refactor_jobs", "project_id"),
    ("refactor_jobs", "status"),
    ("refactor_jobs", "user_id"),
    ("preview_sessions", "preview_token"),
    ("repo_syncs", "project_id"),
    ("notifications", "user_id"),
    ("notifications", "read_at"),
    ("comment_threads", "project_id"),
];

const NULLABLE: &[(&str, &str)] = &[
    ("projects", "repo_url"),
    ("repo_syncs", "error_message"),
    ("ai_jobs", "result"),
    ("refactor_jobs", "proposal"),
    ("refactor_jobs", "applied_changes"),
    ("comments", "author_id"),
    ("notifications", "read_at"),
];

#[test]
fn the_migrated_schema_holds_the_seed_schema_column_by_column() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = open(&dir.path().join("lectern.db")).expect("a new database");
    store
        .read::<_, rusqlite::Error>(|connection| {
            for (table, columns) in SEED {
                let found: BTreeMap<String, (bool, bool)> = connection
                    .prepare("SELECT name, \"notnull\", pk FROM pragma_table_info(?1)")?
                    .query_map([table], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
                    .collect::<Result<_, _>>()?;
                for column in *columns {
                    let (not_null, _) =
                        *found.get(*column).unwrap_or_else(|| panic!("{table}.{column} is in the seed schema but not in the database"));
                    let may_be_null =
                        NULLABLE.contains(&(table, column)) || ["started_at", "finished_at", "bundle_path", "bundle_url"].contains(column);
                    assert_eq!(not_null, !may_be_null, "{table}.{column} NOT NULL");
                }
                assert!(found["id"].1, "{table}.id is the primary key");
                let strict: bool = connection.query_row("SELECT strict FROM pragma_table_list(?1)", [table], |row| row.get(0))?;
                assert!(strict, "{table} is STRICT");
            }
            for (table, column, target) in FOREIGN_KEYS {
                let found: Option<String> = connection
                    .prepare("SELECT \"table\" FROM pragma_foreign_key_list(?1) WHERE \"from\" = ?2")?
                    .query_map([table, column], |row| row.get(0))?
                    .next()
                    .transpose()?;
                assert_eq!(found.as_deref(), Some(*target), "{table}.{column} points to {target}");
            }
            for (table, column) in INDEXED {
                let found: bool = connection
                    .prepare(
                        "SELECT 1 FROM pragma_index_list(?1) AS l JOIN pragma_index_info(l.name) AS i WHERE i.seqno = 0 AND i.name = ?2",
                    )?
                    .exists([table, column])?;
                assert!(found, "an index starts with {table}.{column}");
            }
            Ok(())
        })
        .expect("the schema can be read");
}

#[test]
fn every_status_and_type_list_refuses_a_word_that_is_not_in_it() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = open(&dir.path().join("lectern.db")).expect("a new database");
    store
        .write::<_, rusqlite::Error>(|tx| {
            tx.execute_batch(
                "INSERT INTO users VALUES ('u', 'a@b', 'h', '', '{}', NULL, 't', 't');
                 INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'n', x'2f', 't', 't');
                 INSERT INTO preview_sessions (id, project_id, preview_token, status, bundle_path, bundle_url, expires_at, created_at, updated_at) VALUES ('s', 'p', 'k', 'PENDING', NULL, NULL, 't', 't', 't');
                 INSERT INTO comment_threads (id, project_id, file_path, line_start, line_end, created_at, updated_at) VALUES ('t', 'p', 'f', 1, 2, 't', 't');
                 INSERT INTO ai_jobs (id, project_id, user_id, status, type, params, created_at, updated_at) VALUES ('a', 'p', 'u', 'QUEUED', 'ANYTHING', '{}', 't', 't');
                 INSERT INTO refactor_jobs (id, project_id, user_id, status, params, created_at, updated_at) VALUES ('r', 'p', 'u', 'QUEUED', '{}', 't', 't');",
            )?;
            for refused in [
                "INSERT INTO repo_syncs (id, project_id, status, created_at) VALUES ('1', 'p', 'DONE', 't')",
                "INSERT INTO repo_syncs (id, project_id, status, created_at) VALUES ('1', 'p', 'FAILED', 't')",
                "INSERT INTO ai_jobs (id, project_id, user_id, status, type, params, created_at, updated_at) VALUES ('1', 'p', 'u', 'DONE', 'DOCS', '{}', 't', 't')",
                "INSERT INTO ai_jobs (id, project_id, user_id, status, type, params, created_at, updated_at) VALUES ('1', 'p', 'u', 'QUEUED', 'DOCS', 'not json', 't', 't')",
                "INSERT INTO refactor_jobs (id, project_id, user_id, status, params, created_at, updated_at) VALUES ('1', 'p', 'u', 'DONE', '{}', 't', 't')",
                "INSERT INTO preview_sessions (id, project_id, preview_token, status, bundle_path, bundle_url, expires_at, created_at, updated_at) VALUES ('1', 'p', 'k2', 'OPEN', NULL, NULL, 't', 't', 't')",
                "INSERT INTO preview_sessions (id, project_id, preview_token, status, bundle_path, bundle_url, expires_at, created_at, updated_at) VALUES ('1', 'p', 'k', 'READY', NULL, NULL, 't', 't', 't')",
                "INSERT INTO preview_cleanup_events VALUES ('1', 's', 'GONE', 't')",
                "INSERT INTO comments (id, thread_id, author_id, author_type, body, created_at) VALUES ('1', 't', 'u', 'ROBOT', 'b', 't')",
                "INSERT INTO comment_threads (id, project_id, file_path, line_start, line_end, created_at, updated_at) VALUES ('2', 'p', 'f', 3, 2, 't', 't')",
                "INSERT INTO comment_threads (id, project_id, file_path, line_start, line_end, state, created_at, updated_at) VALUES ('2', 'p', 'f', 1, 2, 'LOST', 't', 't')",
                "INSERT INTO comment_threads (id, project_id, file_path, line_start, line_end, origin, created_at, updated_at) VALUES ('2', 'p', 'f', 1, 2, 'not json', 't', 't')",
                "INSERT INTO thread_anchors VALUES ('1', 't', 'GUESSED', 'f', 1, 2, 'EXACT', NULL, '{}', 't')",
                "INSERT INTO thread_anchors VALUES ('1', 't', 'PLACED', 'f', 1, 2, 'LOST', NULL, '{}', 't')",
                "INSERT INTO comment_drafts VALUES ('u', 'p', 'k', 'not json', 'b', 't')",
                "UPDATE ai_jobs SET error = 'not json'",
                "UPDATE ai_jobs SET progress = 'not json'",
                "UPDATE ai_jobs SET result = 'not json'",
                "UPDATE refactor_jobs SET error = 'not json'",
                "UPDATE refactor_jobs SET progress = 'not json'",
                "UPDATE refactor_jobs SET proposal = 'not json'",
                "UPDATE refactor_jobs SET applied_changes = 'not json'",
                "INSERT INTO ai_drafts VALUES ('a', 't', 'not json')",
                "INSERT INTO ai_drafts VALUES ('nobody', 't', '{}')",
                "INSERT INTO ai_prompts VALUES ('a', 's', 'not json', 't')",
                "INSERT INTO ai_citations VALUES ('a', 1, 'f', 1, 2, 'no hash')",
                "INSERT INTO models VALUES ('1', 'n', 'f', 1, 1, 'no hash', NULL, '{}', '{}', 't')",
                "INSERT INTO models VALUES ('1', 'n', 'f', 1, 1, printf('%064d', 1), NULL, 'not json', '{}', 't')",
                "INSERT INTO model_endpoints VALUES ('1', 'nobody', 'n', 'u', 'm', 'k', '{}', 't', 't')",
                "INSERT INTO endpoint_grants VALUES ('p', 'no endpoint', 'u', 't')",
                "INSERT INTO notifications VALUES ('1', 'u', 'T', 'not json', NULL, 't')",
                "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p2', 'nobody', 'n', x'2f61', 't', 't')",
                "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p2', 'u', 'n', x'2f', 't', 't')",
            ] {
                assert!(tx.execute(refused, []).is_err(), "accepted: {refused}");
            }
            Ok(())
        })
        .expect("the accepted rows can be written");
}

/// The migrations up to the version before jobs had a queue.
const BEFORE_QUEUE: [&str; 5] = [
    include_str!("../../../migrations/V1__seed_schema.sql"),
    include_str!("../../../migrations/V2__versions.sql"),
    include_str!("../../../migrations/V3__journal.sql"),
    include_str!("../../../migrations/V4__previews.sql"),
    include_str!("../../../migrations/V5__threads.sql"),
];

#[test]
fn jobs_of_the_version_before_the_queue_are_taken_along() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (new, old) = (dir.path().join("new.db"), dir.path().join("lectern.db"));
    drop(open(&new).expect("a new database"));
    let connection = rusqlite::Connection::open(&old).expect("an old database");
    BEFORE_QUEUE.iter().try_for_each(|sql| connection.execute_batch(sql)).expect("its schema");
    connection
        .execute_batch(&format!(
            "ATTACH '{}' AS new;
             CREATE TABLE refinery_schema_history AS SELECT * FROM new.refinery_schema_history WHERE version <= 5;
             INSERT INTO users VALUES ('u', 'a@b', 'h', '', '{{}}', NULL, 't', 't');
             INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'n', x'2f', 't', 't');
             INSERT INTO ai_jobs VALUES ('b', 'p', 'u', 'SUCCESS', 'DOCS', '{{}}', '{{\"format\":1}}', 't1', 't2');
             INSERT INTO ai_jobs VALUES ('a', 'p', 'u', 'RUNNING', 'DOCS', '{{}}', NULL, 't1', 't2');
             INSERT INTO refactor_jobs VALUES ('r', 'p', 'u', 'PROPOSED', '{{}}', '{{}}', NULL, 't1', 't2');",
            new.display()
        ))
        .expect("its rows");
    drop(connection);
    let store = open(&old).expect("brought up to date");
    let rows = |sql: &str| -> Vec<String> {
        let read = |c: &rusqlite::Connection| c.prepare(sql)?.query_map([], |row| row.get(0))?.collect();
        store.read::<_, rusqlite::Error>(read).expect("rows")
    };
    assert_eq!(
        rows(
            "SELECT concat_ws(' ', id, project_id, user_id, status, type, params, result, created_at, updated_at, progress) FROM ai_jobs ORDER BY rowid"
        ),
        [r#"b p u SUCCESS DOCS {} {"format":1} t1 t2 {"format":1}"#, r#"a p u RUNNING DOCS {} t1 t2 {"format":1}"#],
        "in the order they were made"
    );
    assert_eq!(rows("SELECT concat_ws(' ', id, status, params, proposal, created_at) FROM refactor_jobs"), ["r PROPOSED {} {} t1"]);
    store.write::<_, rusqlite::Error>(|tx| tx.execute("DELETE FROM users", []).map(drop)).expect("who is deleted takes all of it along");
    assert!(rows("SELECT id FROM ai_jobs UNION SELECT id FROM refactor_jobs").is_empty());
    store.check().expect("the database passes its check");
}

#[test]
fn a_database_from_a_newer_version_is_refused_untouched() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("lectern.db");
    drop(open(&path).expect("a new database"));
    let connection = rusqlite::Connection::open(&path).expect("the database");
    connection
        .execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) SELECT ?1, name, applied_on, checksum FROM refinery_schema_history LIMIT 1",
            [LATEST_VERSION + 1],
        )
        .expect("a row from the future");
    drop(connection);
    let before = fs::read(&path).expect("the database's bytes");
    match open(&path) {
        Err(StoreError::Newer { found, supported }) => assert_eq!((found, supported), (LATEST_VERSION + 1, LATEST_VERSION)),
        other => panic!("opened a newer database: {other:?}"),
    }
    assert!(fs::read(&path).expect("the database's bytes") == before, "a refused database keeps every byte");
}

#[test]
fn many_starts_at_once_on_a_new_folder_make_one_database() {
    for _ in 0..5 {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("lectern.db");
        let starts: Vec<_> = (0..6)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || open(&path).map(drop))
            })
            .collect();
        for start in starts {
            start.join().expect("no panic").expect("each of them opens");
        }
    }
}

#[test]
fn a_file_that_is_not_a_database_is_an_error_and_stays() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("lectern.db");
    fs::write(&path, "these are somebody's notes, not a database").expect("a file");
    assert!(matches!(open(&path), Err(StoreError::Sqlite(_))));
    assert_eq!(fs::read_to_string(&path).expect("the file"), "these are somebody's notes, not a database");
}

#[test]
fn a_damaged_database_is_found_when_asked_to_check() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("lectern.db");
    let store = open(&path).expect("a new database");
    store
        .write::<_, rusqlite::Error>(|tx| {
            for i in 0..2000 {
                tx.execute("INSERT INTO manifest_nodes VALUES (?1, ?2)", (format!("{i:064}"), format!("[\"{}\"]", "x".repeat(200))))?;
            }
            Ok(())
        })
        .expect("rows");
    store.read::<_, rusqlite::Error>(|c| c.query_row("SELECT 1", [], |_| Ok(()))).expect("a read");
    drop(store);
    let mut bytes = fs::read(&path).expect("the database's bytes");
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 4096] {
        *byte ^= 0x5a;
    }
    fs::write(&path, bytes).expect("a damaged database");
    let options = StoreOptions { check: true, ..StoreOptions::default() };
    match Store::open(&path, &options, &SystemClock) {
        Err(StoreError::Damaged { .. } | StoreError::Sqlite(_)) => {}
        Ok(_) => panic!("damage went unnoticed"),
        Err(other) => panic!("unexpected: {other}"),
    }
}

#[test]
fn a_write_that_fails_or_panics_leaves_nothing_and_the_store_usable() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Arc::new(open(&dir.path().join("lectern.db")).expect("a new database"));
    let insert = |tx: &rusqlite::Transaction<'_>| tx.execute("INSERT INTO manifest_nodes VALUES (?1, '[]')", ["0".repeat(64)]);
    let failed = store.write::<(), rusqlite::Error>(|tx| {
        insert(tx)?;
        Err(rusqlite::Error::QueryReturnedNoRows)
    });
    assert!(failed.is_err());
    let panicking = Arc::clone(&store);
    let panicked = std::thread::spawn(move || {
        let _ = panicking.write::<(), rusqlite::Error>(|tx| {
            insert(tx)?;
            panic!("in the middle of a write");
        });
    })
    .join();
    assert!(panicked.is_err());
    let count: i64 = store
        .read::<_, rusqlite::Error>(|c| c.query_row("SELECT count(*) FROM manifest_nodes", [], |row| row.get(0)))
        .expect("a read after a panic");
    assert_eq!(count, 0, "rolled back");
    store.write::<_, rusqlite::Error>(|tx| insert(tx).map(drop)).expect("a write after a panic");
}

#[test]
fn readers_see_a_snapshot_while_a_writer_works() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = open(&dir.path().join("lectern.db")).expect("a new database");
    store
        .write::<_, rusqlite::Error>(|tx| {
            tx.execute("INSERT INTO manifest_nodes VALUES (?1, '[]')", ["1".repeat(64)])?;
            let seen: i64 =
                store.read::<_, rusqlite::Error>(|c| c.query_row("SELECT count(*) FROM manifest_nodes", [], |row| row.get(0)))?;
            assert_eq!(seen, 0, "a reader never sees what is not committed");
            Ok(())
        })
        .expect("a write");
}

#[test]
fn a_backup_opens_as_a_database_with_the_same_rows() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = open(&dir.path().join("lectern.db")).expect("a new database");
    store
        .write::<_, rusqlite::Error>(|tx| tx.execute("INSERT INTO manifest_nodes VALUES (?1, '[]')", ["2".repeat(64)]).map(drop))
        .expect("a row");
    let copy = dir.path().join("copy.db");
    store.backup(&copy).expect("a backup");
    let connection = rusqlite::Connection::open(&copy).expect("the copy");
    assert_eq!(schema_version(&connection).expect("a version"), LATEST_VERSION);
    let count: i64 = connection.query_row("SELECT count(*) FROM manifest_nodes", [], |row| row.get(0)).expect("a count");
    assert_eq!(count, 1);
}

#[cfg(unix)]
#[test]
fn the_database_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("lectern.db");
    let _store = open(&path).expect("a new database");
    for name in ["lectern.db", "lectern.db-wal", "lectern.db-shm"] {
        let mode = fs::metadata(dir.path().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
}
