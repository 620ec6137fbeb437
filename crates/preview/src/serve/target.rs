//! Reads the path of a request: decoded once, and refused where two readers could see two paths.

use lectern_sync::RepoPath;

/// Longer paths lead nowhere on any system.
const LONGEST_PATH: usize = 4096;
const LONGEST_NAME: usize = 255;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Relative to the served folder.
    pub path: RepoPath,
    /// Whether it ended with a slash, as the root's does.
    pub directory: bool,
}

/// Why a path is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadTarget {
    /// It could be read in two ways, or is no path at all.
    Malformed,
    /// It is longer than any path can be.
    TooLong,
    /// It can't be the path of anything.
    Nowhere,
}

impl Target {
    /// Reads `raw`, the path of a request without its query.
    ///
    /// Percent signs are decoded once. An encoded `/`, a backslash, a NUL, `.` and `..` are refused in every spelling instead of being made sense
    /// of: browsers resolve dots themselves, so only what wants to lead elsewhere sends them.
    pub fn parse(raw: &str) -> Result<Self, BadTarget> {
        let rest = raw.strip_prefix('/').ok_or(BadTarget::Malformed)?;
        if rest.len() > LONGEST_PATH * 3 {
            return Err(BadTarget::TooLong);
        }
        let mut path = Vec::with_capacity(rest.len());
        let mut nowhere = false;
        let directory = rest.is_empty() || rest.ends_with('/');
        let names = rest.strip_suffix('/').unwrap_or(rest);
        if !rest.is_empty() {
            for (index, name) in names.split('/').enumerate() {
                if index > 0 {
                    path.push(b'/');
                }
                let start = path.len();
                decode(name.as_bytes(), &mut path)?;
                match &path[start..] {
                    b"." | b".." => return Err(BadTarget::Malformed),
                    name => nowhere |= name.is_empty() || name.len() > LONGEST_NAME,
                }
            }
        }
        if path.len() > LONGEST_PATH {
            return Err(BadTarget::TooLong);
        }
        if nowhere {
            return Err(BadTarget::Nowhere);
        }
        let path = RepoPath::new(path).map_err(|_| BadTarget::Malformed)?;
        Ok(Self { path, directory })
    }
}

fn decode(name: &[u8], into: &mut Vec<u8>) -> Result<(), BadTarget> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).ok_or(BadTarget::Malformed);
    let mut bytes = name.iter();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => u8::try_from(digit(bytes.next())? << 4 | digit(bytes.next())?).map_err(|_| BadTarget::Malformed)?,
            byte => *byte,
        };
        if matches!(byte, b'/' | b'\\' | 0) {
            return Err(BadTarget::Malformed);
        }
        into.push(byte);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        let read = |raw| Target::parse(raw).map(|target| (target.path.to_string(), target.directory));
        assert_eq!(read("/"), Ok((String::new(), true)));
        assert_eq!(read("/a%20b/c.html"), Ok(("a b/c.html".to_owned(), false)));
        assert_eq!(read("/docs/"), Ok(("docs".to_owned(), true)));
        assert_eq!(read("/%252e%252e/x"), Ok(("%2e%2e/x".to_owned(), false)), "what is decoded isn't decoded again");
        assert_eq!(Target::parse("/%ff").map(|target| target.path.as_bytes().to_vec()), Ok(vec![0xff]));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for raw in [
            "",
            "a",
            "*",
            "/..",
            "/../a",
            "/a/..",
            "/.",
            "/a/./b",
            "/%2e%2e/a",
            "/.%2E",
            "/a%2fb",
            "/a%5cb",
            "/a\\b",
            "/a%00",
            "/%",
            "/%2",
            "/%zz",
            "/a%2",
        ] {
            assert_eq!(Target::parse(raw), Err(BadTarget::Malformed), "{raw}");
        }
        for raw in ["//", "//a", "/a//b", "/a//"] {
            assert_eq!(Target::parse(raw), Err(BadTarget::Nowhere), "{raw}");
        }
        assert_eq!(Target::parse(&format!("/{}", "a/".repeat(3000))), Err(BadTarget::TooLong));
    }

    proptest! {
        #[test]
        fn no_target_climbs_or_has_an_impossible_name(raw in "/([%/.a2eEfF5cC0\\\\-]|\\PC){0,40}") {
            if let Ok(target) = Target::parse(&raw) {
                prop_assert!(target.path.names().all(|name| !matches!(name, b"" | b"." | b"..") && !name.contains(&0) && !name.contains(&b'\\')));
            }
        }

        #[test]
        fn every_possible_path_has_an_address(names in proptest::collection::vec("[^/\\\\\0]{1,20}", 1..5)) {
            prop_assume!(names.iter().all(|name| name != "." && name != ".."));
            let raw: String = names.iter().map(|name| format!("/{}", percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC))).collect();
            let target = Target::parse(&raw).expect("an address");
            prop_assert_eq!(target.path.to_string(), names.join("/"));
        }
    }
}
