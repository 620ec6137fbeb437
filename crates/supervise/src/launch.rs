//! What is to be run.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::SuperviseError;

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// Names the tree, for [`sweep`](crate::sweep): 1 to 64 letters, digits and dashes. No two trees that may run at the same time share it.
    pub id: String,
    /// The program and its arguments. Without a slash the program is looked for on the PATH; with one it is relative to `folder`.
    pub argv: Vec<String>,
    /// Where it runs: an absolute path.
    #[serde(with = "path_bytes")]
    pub folder: PathBuf,
    /// Variables beyond those of [`environment`](crate::environment); they win over them. Names that begin with `LECTERN_` are refused.
    pub environment: Vec<(String, String)>,
}

impl Launch {
    /// # Errors
    /// `BadRequest` with what is wrong.
    pub(crate) fn check(&self) -> Result<(), SuperviseError> {
        let wrong = |what: &str| Err(SuperviseError::BadRequest(what.to_owned()));
        if !is_id(&self.id) {
            return wrong("its name has other characters than letters, digits and dashes");
        }
        if self.argv.first().is_none_or(String::is_empty) {
            return wrong("no program is named");
        }
        if self.argv.iter().any(|word| word.contains('\0')) {
            return wrong("an argument holds a NUL character");
        }
        if !self.folder.is_absolute() {
            return wrong("the folder's path is not absolute");
        }
        for (name, value) in &self.environment {
            if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
                return wrong("a variable's name or value can't be passed on");
            }
            if name.to_ascii_uppercase().starts_with("LECTERN_") {
                return wrong("Lectern's own variables are not passed on");
            }
        }
        Ok(())
    }
}

/// Whether `id` may name a tree.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A path in JSON, also when it is not UTF-8: as text, or else as its bytes.
mod path_bytes {
    use std::{
        ffi::OsString,
        path::{Path, PathBuf},
    };

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Bytes(Vec<u8>),
    }

    pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        match path.to_str() {
            Some(text) => serializer.serialize_str(text),
            None => path.as_os_str().as_encoded_bytes().serialize(serializer),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
        Ok(match Either::deserialize(deserializer)? {
            Either::Text(text) => PathBuf::from(text),
            Either::Bytes(bytes) => PathBuf::from(os_string(bytes)),
        })
    }

    #[cfg(unix)]
    fn os_string(bytes: Vec<u8>) -> OsString {
        std::os::unix::ffi::OsStringExt::from_vec(bytes)
    }

    #[cfg(not(unix))]
    fn os_string(bytes: Vec<u8>) -> OsString {
        String::from_utf8_lossy(&bytes).into_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch() -> Launch {
        Launch { id: "a-1".into(), argv: vec!["true".into()], folder: "/".into(), environment: vec![("PORT".into(), "1".into())] }
    }

    #[test]
    fn a_request_comes_through_json_as_it_was_even_in_a_folder_that_is_not_utf8() {
        #[cfg(unix)]
        let folder = <std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(b"/caf\xe9".to_vec());
        #[cfg(not(unix))]
        let folder = std::ffi::OsString::from("/café");
        for folder in [folder, "/plain \n \"quoted\"".into()] {
            let sent = Launch { folder: folder.into(), ..launch() };
            let line = serde_json::to_string(&sent).expect("JSON");
            assert!(!line.contains('\n'), "one line: {line}");
            assert_eq!(serde_json::from_str::<Launch>(&line).expect("a request"), sent);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_before_anything_runs() {
        launch().check().expect("a good request");
        let bad = [
            Launch { id: String::new(), ..launch() },
            Launch { id: "a b".into(), ..launch() },
            Launch { id: "a".repeat(65), ..launch() },
            Launch { argv: vec![], ..launch() },
            Launch { argv: vec![String::new()], ..launch() },
            Launch { argv: vec!["true".into(), "a\0b".into()], ..launch() },
            Launch { folder: "relative".into(), ..launch() },
            Launch { environment: vec![("A=B".into(), "1".into())], ..launch() },
            Launch { environment: vec![(String::new(), "1".into())], ..launch() },
            Launch { environment: vec![("A".into(), "\0".into())], ..launch() },
            Launch { environment: vec![("LECTERN_SUPERVISED".into(), "other".into())], ..launch() },
            Launch { environment: vec![("lectern_password".into(), "other".into())], ..launch() },
        ];
        for request in bad {
            assert!(matches!(request.check(), Err(SuperviseError::BadRequest(_))), "{request:?}");
        }
    }
}
