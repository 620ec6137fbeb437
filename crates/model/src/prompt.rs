//! A conversation as the tokens that a model was trained on. What is said never becomes a mark, whatever it looks like.

use std::{
    ffi::{CStr, CString},
    sync::Arc,
};

use lectern_llm::{Message, Role};
use llama_cpp_sys_2 as sys;

use crate::llama::{Model, Token};

/// Writes conversations for one model.
pub struct Prompter {
    model: Arc<Model>,
}

/// A piece of a conversation.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// What the template puts between what is said: its marks count.
    Marks(Vec<u8>),
    /// What is said in the message of this number.
    Said(usize),
}

impl Prompter {
    /// For this model.
    pub fn new(model: Arc<Model>) -> Self {
        Self { model }
    }

    /// The tokens of a conversation, up to where the model's answer begins.
    pub fn tokens(&self, messages: &[Message]) -> Vec<Token> {
        let roles: Vec<_> = messages.iter().map(|message| message.role).collect();
        let template = self.model.chat_template();
        let pieces = template.and_then(|template| by_template(template, &roles)).unwrap_or_else(|| chat_ml(&roles));
        let mut tokens = Vec::new();
        for piece in &pieces {
            match piece {
                Piece::Marks(text) => tokens.extend(self.model.tokens(text, true)),
                // A mark in somebody's text would end the message there, and what follows would be said by whom it likes.
                Piece::Said(index) => tokens.extend(self.model.tokens(messages[*index].text.as_bytes(), false)),
            }
        }
        if let Some(beginning) = self.model.beginning().filter(|token| tokens.first() != Some(token)) {
            tokens.insert(0, beginning);
        }
        tokens
    }
}

/// What the template makes of messages with nothing but a place holder in them. `None` for templates that llama.cpp does not know, and for
/// those that leave out, repeat or reorder what is said.
fn by_template(template: &CStr, roles: &[Role]) -> Option<Vec<Piece>> {
    let said: Vec<_> = (0..roles.len()).map(place_holder).collect::<Option<_>>()?;
    let chat: Vec<_> = roles
        .iter()
        .zip(&said)
        .map(|(role, said)| sys::llama_chat_message { role: name(*role).as_ptr(), content: said.as_ptr() })
        .collect();
    let mut text = vec![0_u8; 4096 + 256 * roles.len()];
    let length = loop {
        let room = i32::try_from(text.len()).ok()?;
        // SAFETY: all strings end with a zero and outlive the call; there is as much room as is said.
        let length =
            unsafe { sys::llama_chat_apply_template(template.as_ptr(), chat.as_ptr(), chat.len(), true, text.as_mut_ptr().cast(), room) };
        let length = usize::try_from(length).ok()?;
        if length <= text.len() {
            break length;
        }
        text.resize(length, 0);
    };
    text.truncate(length);
    cut(&text, &said)
}

fn cut(text: &[u8], said: &[CString]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    for (index, holder) in said.iter().enumerate() {
        let holder = holder.as_bytes();
        let at = rest.windows(holder.len()).position(|window| window == holder)?;
        pieces.push(Piece::Marks(rest[..at].to_vec()));
        pieces.push(Piece::Said(index));
        rest = &rest[at + holder.len()..];
    }
    if rest.contains(&2) || pieces.iter().any(|piece| matches!(piece, Piece::Marks(marks) if marks.contains(&2))) {
        return None;
    }
    pieces.push(Piece::Marks(rest.to_vec()));
    Some(pieces)
}

/// Two control characters that no template has.
fn place_holder(index: usize) -> Option<CString> {
    CString::new(format!("\u{2}{index}\u{3}")).ok()
}

fn chat_ml(roles: &[Role]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, role) in roles.iter().enumerate() {
        let before = if index == 0 { "" } else { "<|im_end|>\n" };
        pieces.push(Piece::Marks(format!("{before}<|im_start|>{}\n", name(*role).to_string_lossy()).into_bytes()));
        pieces.push(Piece::Said(index));
    }
    let before = if roles.is_empty() { "" } else { "<|im_end|>\n" };
    pieces.push(Piece::Marks(format!("{before}<|im_start|>assistant\n").into_bytes()));
    pieces
}

fn name(role: Role) -> &'static CStr {
    match role {
        Role::System => c"system",
        Role::User => c"user",
        Role::Assistant => c"assistant",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 4] = [Role::System, Role::User, Role::Assistant, Role::User];

    fn written(pieces: &[Piece]) -> String {
        let texts = pieces.iter().map(|piece| match piece {
            Piece::Marks(marks) => String::from_utf8_lossy(marks).into_owned(),
            Piece::Said(index) => format!("[{index}]"),
        });
        texts.collect()
    }

    #[test]
    fn a_known_template_and_the_fallback_write_chat_ml_alike() {
        let pieces = by_template(c"chatml", &ROLES).expect("llama.cpp knows it");
        assert_eq!(
            written(&pieces),
            "<|im_start|>system\n[0]<|im_end|>\n<|im_start|>user\n[1]<|im_end|>\n<|im_start|>assistant\n[2]<|im_end|>\n<|im_start|>user\n[3]<|im_end|>\n<|im_start|>assistant\n"
        );
        assert_eq!(written(&chat_ml(&ROLES)), written(&pieces));
    }

    #[test]
    fn other_templates_keep_every_message_in_its_place() {
        for template in [c"llama3", c"mistral-v7", c"gemma", c"phi3", c"zephyr", c"deepseek2", c"vicuna"] {
            let written = written(&by_template(template, &ROLES).unwrap_or_else(|| panic!("{template:?}")));
            let places: Vec<_> =
                (0..4).map(|index| written.find(&format!("[{index}]")).unwrap_or_else(|| panic!("{template:?}: {written}"))).collect();
            assert!(places.is_sorted(), "{template:?}: {written}");
        }
    }

    #[test]
    fn an_unknown_template_is_not_guessed() {
        assert_eq!(by_template(c"{{ something of its own }}", &ROLES), None);
    }

    #[test]
    fn a_template_that_repeats_or_drops_a_message_is_not_used() {
        let said: Vec<_> = (0..2).filter_map(place_holder).collect();
        assert!(cut(b"a\x020\x03b\x021\x03c", &said).is_some());
        assert!(cut(b"a\x020\x03b\x020\x03\x021\x03c", &said).is_none());
        assert!(cut(b"a\x021\x03b\x020\x03c", &said).is_none());
        assert!(cut(b"a\x020\x03b", &said).is_none());
    }
}
