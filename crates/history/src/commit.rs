//! A commit, parsed from its bytes.

use encoding_rs::Encoding;
use git2::Oid;

/// Who, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Lossy where it is not in the commit's encoding.
    pub name: String,
    /// Without the angle brackets.
    pub email: String,
    /// Seconds since 1970.
    pub time: i64,
}

/// A commit, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Oid,
    /// Its files.
    pub tree: Oid,
    /// In their order; a shallow clone's oldest have none.
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author: Person,
    /// Who put it where it is.
    pub committer: Person,
    /// All of it, lossy where it is not in the encoding the commit names (UTF-8 when it names none).
    pub message: String,
}

impl Commit {
    /// The first paragraph on one line, as git shows it, at most `characters` long.
    pub fn summary(&self, characters: usize) -> String {
        summary(&self.message, characters)
    }
}

pub(crate) fn summary(message: &str, characters: usize) -> String {
    let lines = message.trim_start_matches(['\n', '\r']).lines().take_while(|line| !line.trim().is_empty());
    let words = lines.flat_map(|line| line.trim_end().chars().chain([' '])).map(|c| if c.is_control() { ' ' } else { c });
    let cut: String = words.take(characters).collect();
    cut.trim().to_owned()
}

/// The headers of a commit and where its message begins, borrowed from its bytes.
pub(crate) struct RawCommit<'a> {
    pub tree: Oid,
    pub parents: Vec<Oid>,
    pub author: &'a [u8],
    pub committer: &'a [u8],
    encoding: Option<&'a [u8]>,
    message: &'a [u8],
}

impl<'a> RawCommit<'a> {
    /// `None` for bytes that are no commit.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes;
        let (mut tree, mut parents, mut author, mut committer, mut encoding) = (None, Vec::new(), &b""[..], &b""[..], None);
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (line, after) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
            rest = after;
            if line.is_empty() {
                break;
            }
            // Headers that go on over several lines (signatures) have lines that begin with a space.
            match line.iter().position(|byte| *byte == b' ').map(|at| (&line[..at], &line[at + 1..])) {
                Some((b"tree", id)) if tree.is_none() => tree = Some(oid(id)?),
                Some((b"parent", id)) => parents.push(oid(id)?),
                Some((b"author", who)) => author = who,
                Some((b"committer", who)) => committer = who,
                Some((b"encoding", name)) => encoding = Some(name),
                _ => {}
            }
        }
        Some(Self { tree: tree?, parents, author, committer, encoding, message: rest })
    }

    /// When it was put where it is, in seconds since 1970.
    pub fn time(&self) -> i64 {
        time_of(self.committer)
    }

    pub fn into_commit(self, id: Oid) -> Commit {
        Commit {
            id,
            tree: self.tree,
            author: self.person(self.author),
            committer: self.person(self.committer),
            message: self.decoded(self.message),
            parents: self.parents,
        }
    }

    pub fn person(&self, line: &[u8]) -> Person {
        let open = line.iter().position(|byte| *byte == b'<').unwrap_or(line.len());
        let close = line.iter().rposition(|byte| *byte == b'>').unwrap_or(line.len()).max(open);
        let email = line.get(open + 1..close).unwrap_or_default();
        Person { name: self.decoded(&line[..open]).trim().to_owned(), email: self.decoded(email).trim().to_owned(), time: time_of(line) }
    }

    fn decoded(&self, bytes: &[u8]) -> String {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
        let named = self.encoding.and_then(Encoding::for_label);
        match named {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            None => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

fn oid(hex: &[u8]) -> Option<Oid> {
    Oid::from_str(std::str::from_utf8(hex).ok().filter(|hex| hex.len() == 40)?).ok()
}

/// The number after the last `>`; 0 when there is none.
fn time_of(line: &[u8]) -> i64 {
    let after = line.iter().rposition(|byte| *byte == b'>').map_or(line.len(), |at| at + 1);
    let text = std::str::from_utf8(&line[after..]).unwrap_or_default();
    text.split_whitespace().next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    fn parsed(rest: &[u8]) -> Commit {
        let bytes = [format!("tree {ID}\nparent {ID}\n").as_bytes(), rest].concat();
        RawCommit::parse(&bytes).expect("a commit").into_commit(Oid::from_str(ID).expect("an id"))
    }

    #[test]
    fn names_and_messages_are_read_in_the_encoding_the_commit_names() {
        let commit = parsed(
            b"author J\xf6rg <j@x> 12 +0100\ncommitter J\xf6rg <j@x> 13 +0000\nencoding ISO-8859-1\ngpgsig a\n parent b\n\nGr\xfc\xdfe\n",
        );
        assert_eq!((commit.author.name.as_str(), commit.message.as_str()), ("Jörg", "Grüße\n"));
        assert_eq!((commit.author.time, commit.committer.time, commit.parents.len()), (12, 13, 1));
        assert_eq!(parsed(b"author \xff <> x\n\n\xff").message, "\u{fffd}", "without one, lossy");
    }

    #[test]
    fn a_summary_is_the_first_paragraph_on_one_line() {
        assert_eq!(summary("\n\none\ntwo\n\nthree", 100), "one two");
        assert_eq!(summary("a\tb\u{7}c", 100), "a b c");
        assert_eq!(summary(&"long ".repeat(100), 12), "long long lo");
        assert_eq!(summary("", 12), "");
    }

    #[test]
    fn what_is_no_commit_is_not_taken_for_one() {
        for bytes in [&b""[..], b"tree x\n", b"parent \n\n", b"\0\xff"] {
            assert!(RawCommit::parse(bytes).is_none());
        }
    }
}
