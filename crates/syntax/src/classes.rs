//! What a highlighted stretch of text is, and which capture name of a query means it.

/// What a stretch of text is. The numbers are part of the protocol with the window; 0 is plain text and never appears in a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// `fn`, `return`, `class`; also `self` and `this`, and the names of HTML elements.
    Keyword = 1,
    /// String, character and template literals, without their escapes.
    String,
    /// Comments of every kind.
    Comment,
    /// The name of a function or method where it is defined or called.
    Function,
    /// Types, built in or not, and constructors.
    Type,
    /// Numbers, booleans, named constants, escapes in strings.
    Constant,
    /// Fields, properties and keys.
    Property,
    /// Brackets, delimiters and operators.
    Punctuation,
    /// Macros and preprocessor directives.
    Macro,
    /// Attributes, annotations, decorators, labels, lifetimes.
    Attribute,
    /// A heading of a document.
    Heading,
    /// Emphasised text.
    Emphasis,
    /// Strongly emphasised text.
    Strong,
    /// The text or the target of a link.
    Link,
}

/// What a capture does to the text under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Covers an outer class, as code inside a template string does.
    Plain,
    /// Gives the text a class.
    Class(Class),
}

/// Capture names and what they paint. A name that isn't listed takes the entry of its longest dotted prefix.
const PAINTS: &[(&str, Paint)] = {
    use Class::*;
    use Paint::{Class as C, Plain};
    &[
        ("attribute", C(Attribute)),
        ("boolean", C(Constant)),
        ("character", C(String)),
        ("comment", C(Comment)),
        ("conditional", C(Keyword)),
        ("constant", C(Constant)),
        ("constructor", C(Type)),
        ("delimiter", C(Punctuation)),
        ("embedded", Plain),
        ("escape", C(Constant)),
        ("exception", C(Keyword)),
        ("field", C(Property)),
        ("float", C(Constant)),
        ("function", C(Function)),
        ("function.macro", C(Macro)),
        ("include", C(Keyword)),
        ("keyword", C(Keyword)),
        ("keyword.directive", C(Macro)),
        ("label", C(Attribute)),
        ("markup", Plain),
        ("markup.link", C(Link)),
        ("method", C(Function)),
        ("module", Plain),
        ("namespace", Plain),
        ("none", Plain),
        ("number", C(Constant)),
        ("operator", C(Punctuation)),
        ("property", C(Property)),
        ("punctuation", C(Punctuation)),
        ("repeat", C(Keyword)),
        ("storageclass", C(Keyword)),
        ("string", C(String)),
        ("string.escape", C(Constant)),
        ("string.special.key", C(Property)),
        ("string.special.symbol", C(Constant)),
        ("tag", C(Keyword)),
        ("text.emphasis", C(Emphasis)),
        ("text.literal", C(String)),
        ("text.reference", C(Link)),
        ("text.strong", C(Strong)),
        ("text.title", C(Heading)),
        ("text.uri", C(Link)),
        ("type", C(Type)),
        ("variable", Plain),
        ("variable.builtin", C(Keyword)),
    ]
};

impl Paint {
    /// What a capture of this name paints; `None` if it isn't about highlighting.
    pub(crate) fn of_capture(name: &str) -> Option<Self> {
        let mut prefix = name;
        loop {
            if let Some((_, paint)) = PAINTS.iter().find(|(known, _)| *known == prefix) {
                return Some(*paint);
            }
            prefix = &prefix[..prefix.rfind('.')?];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_known_prefix_of_a_capture_name_decides() {
        assert_eq!(Paint::of_capture("keyword"), Some(Paint::Class(Class::Keyword)));
        assert_eq!(Paint::of_capture("function.method.builtin"), Some(Paint::Class(Class::Function)));
        assert_eq!(Paint::of_capture("function.macro"), Some(Paint::Class(Class::Macro)));
        assert_eq!(Paint::of_capture("string.special.symbol"), Some(Paint::Class(Class::Constant)));
        assert_eq!(Paint::of_capture("variable.parameter"), Some(Paint::Plain));
        assert_eq!(Paint::of_capture("_name"), None);
        assert_eq!(Paint::of_capture("strings"), None, "a prefix ends at a dot");
    }

    #[test]
    fn class_numbers_are_the_protocol() {
        assert_eq!(Class::Keyword as u8, 1);
        assert_eq!(Class::Punctuation as u8, 8);
        assert_eq!(Class::Heading as u8, 11);
        assert_eq!(Class::Link as u8, 14);
    }
}
