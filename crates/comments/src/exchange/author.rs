//! A name and an e-mail, and both as one text.

use std::fmt;

/// Who wrote a comment. Either part may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Author {
    /// As people call them.
    pub name: String,
    /// As they sign in.
    pub email: String,
}

impl Author {
    /// With spaces around either taken off. An e-mail that can't be one counts as the name, when there is no other.
    pub fn new(name: &str, email: &str) -> Self {
        let (name, email) = (name.trim(), email.trim());
        match (name.is_empty(), is_email(email)) {
            (true, false) => Self::parse(email),
            (false, false) => Self::parse(name),
            (_, true) => Self { name: name.to_owned(), email: email.to_owned() },
        }
    }

    /// `Name <e-mail>`, an e-mail alone, or a name.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let whole = || Self { name: text.to_owned(), email: String::new() };
        if is_email(text) {
            return Self { name: String::new(), email: text.to_owned() };
        }
        match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, email)) if is_email(email) && !name.trim().is_empty() => {
                Self { name: name.trim().to_owned(), email: email.to_owned() }
            }
            _ => whole(),
        }
    }

    /// What people see: the name, else the e-mail.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl fmt::Display for Author {
    /// As [`Author::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.as_str(), self.email.as_str()) {
            (name, "") => f.write_str(name),
            ("", email) => f.write_str(email),
            (name, email) => write!(f, "{name} <{email}>"),
        }
    }
}

fn is_email(text: &str) -> bool {
    let plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '<' | '>');
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_an_email_comes_apart_again() {
        let of = |name: &str, email: &str| Author { name: name.to_owned(), email: email.to_owned() };
        for (text, author) in [
            ("Ada <ada@example.org>", of("Ada", "ada@example.org")),
            ("ada@example.org", of("", "ada@example.org")),
            ("Ada", of("Ada", "")),
            ("Ada <not an address>", of("Ada <not an address>", "")),
            ("A <b> <a@b>", of("A <b>", "a@b")),
            ("", of("", "")),
        ] {
            assert_eq!(Author::parse(text), author, "{text}");
            assert_eq!(author.to_string(), text);
        }
        assert_eq!(Author::new("", "octocat"), of("octocat", ""));
        assert_eq!(Author::new("Ada <ada@example.org>", ""), of("Ada", "ada@example.org"));
    }
}
