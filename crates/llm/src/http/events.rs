//! The events in a stream of bytes: server-sent ones, or a JSON object on each line.

use crate::EngineError;

/// Longer lines and events are no answer of a model.
const LONGEST: usize = 1 << 20;

/// How events are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// `data: …` lines, ended by an empty line.
    ServerSent,
    /// One on each line.
    Lines,
}

/// Takes bytes as they come and gives whole events. What is half there, also half a character, waits for the rest.
#[derive(Debug)]
pub(crate) struct Events {
    framing: Framing,
    /// Bytes of the line that has not ended.
    line: Vec<u8>,
    /// Of the event that has not ended.
    data: Option<String>,
}

impl Events {
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, line: Vec::new(), data: None }
    }

    /// Hands every event that `bytes` completes to `event`, until it says `false`.
    ///
    /// # Errors
    /// When a line is too long or not UTF-8, and what `event` says.
    pub(crate) fn take(&mut self, bytes: &[u8], event: &mut dyn FnMut(&str) -> Result<bool, EngineError>) -> Result<bool, EngineError> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.grow(&rest[..end])?;
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut self.line);
            if !self.line(line.strip_suffix(b"\r").unwrap_or(&line), event)? {
                return Ok(false);
            }
        }
        self.grow(rest)?;
        Ok(true)
    }

    /// Hands over what the stream's end completes: a last line without its end.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub(crate) fn end(&mut self, event: &mut dyn FnMut(&str) -> Result<bool, EngineError>) -> Result<bool, EngineError> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() && !self.line(&line, event)? {
            return Ok(false);
        }
        match self.data.take() {
            Some(data) => event(&data),
            None => Ok(true),
        }
    }

    fn grow(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        if self.line.len() + bytes.len() > LONGEST {
            return Err(EngineError::BadAnswer("The server sends a line that is far too long for an answer.".to_owned()));
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn line(&mut self, line: &[u8], event: &mut dyn FnMut(&str) -> Result<bool, EngineError>) -> Result<bool, EngineError> {
        let line = std::str::from_utf8(line)
            .map_err(|_| EngineError::BadAnswer("The server sends bytes that are no text (not UTF-8).".to_owned()))?;
        match self.framing {
            Framing::Lines if line.trim().is_empty() => Ok(true),
            Framing::Lines => event(line),
            Framing::ServerSent if line.is_empty() => match self.data.take() {
                Some(data) => event(&data),
                None => Ok(true),
            },
            Framing::ServerSent => self.field(line).map(|()| true),
        }
    }

    /// A line of an event; comments and fields other than `data` say nothing that is needed.
    fn field(&mut self, line: &str) -> Result<(), EngineError> {
        let Some(value) = line.strip_prefix("data:").or_else(|| (line == "data").then_some("")) else {
            // An error that is sent without the form of an event still has to be heard.
            if line.starts_with('{') || line.starts_with('<') {
                self.data = Some(line.to_owned());
            }
            return Ok(());
        };
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut self.data {
            Some(data) if data.len() + value.len() > LONGEST => {
                return Err(EngineError::BadAnswer("The server sends an event that is far too long for an answer.".to_owned()));
            }
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn events(framing: Framing, pieces: &[&[u8]]) -> Result<Vec<String>, EngineError> {
        let mut found = Vec::new();
        let mut events = Events::new(framing);
        let mut note = |data: &str| {
            found.push(data.to_owned());
            Ok(true)
        };
        for piece in pieces {
            events.take(piece, &mut note)?;
        }
        events.end(&mut note)?;
        Ok(found)
    }

    #[test]
    fn events_are_found_with_any_line_end_comment_and_field() {
        let stream = b": ping\n\nevent: x\ndata: one\r\n\r\nid: 3\ndata:two\ndata: more\n\ndata\n\ndata: last";
        assert_eq!(events(Framing::ServerSent, &[stream]).expect("events"), ["one", "two\nmore", "", "last"]);
        assert_eq!(
            events(Framing::Lines, &[b"{\"a\":1}\n\n{\"b\":2}\r\n{\"c\":3}"]).expect("events"),
            ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]
        );
    }

    #[test]
    fn bytes_that_are_no_text_and_endless_lines_are_refused() {
        assert!(matches!(events(Framing::ServerSent, &[b"data: \xff\xfe\n\n"]), Err(EngineError::BadAnswer(_))));
        let endless = vec![b'x'; LONGEST / 4 + 1];
        assert!(matches!(events(Framing::ServerSent, &[&endless, &endless, &endless, &endless]), Err(EngineError::BadAnswer(_))));
        let mut line = b"data: ".to_vec();
        line.extend_from_slice(&endless);
        line.push(b'\n');
        assert!(matches!(events(Framing::ServerSent, &[&line, &line, &line, &line, &line]), Err(EngineError::BadAnswer(_))));
    }

    proptest! {
        #[test]
        fn events_are_the_same_however_the_bytes_are_cut(texts in prop::collection::vec("[^\\r\\n]{0,12}", 0..6), cuts in prop::collection::vec(0_usize..200, 0..8)) {
            let stream: String = texts.iter().map(|text| format!("data: {text}\n\n")).collect();
            let bytes = stream.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for cut in cuts {
                pieces.push(&bytes[start..cut]);
                start = cut;
            }
            pieces.push(&bytes[start..]);
            prop_assert_eq!(events(Framing::ServerSent, &pieces).expect("events"), texts);
        }
    }
}
