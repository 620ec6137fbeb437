//! What a grammar makes of a document's text: its beginning at once, the whole of it when it is there.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lectern_syntax::{Head, Language, SyntaxError, SyntaxTree};

/// How long a text may take to be analysed before it stays plain. It is shown plain meanwhile, so nobody waits; a text that makes no headway is
/// given up long before, see [`SyntaxTree::parse`].
const PARSE_BUDGET: Duration = Duration::from_secs(4);
/// Longer, and a beginning is waited for with the rest. One that makes no headway is given up long before.
const HEAD_BUDGET: Duration = Duration::from_secs(1);

type Whole = Result<Arc<SyntaxTree>, SyntaxError>;

/// The trees of one text.
#[derive(Default)]
pub(crate) struct Analysis {
    /// Once it was looked at, and until the whole is there. Held while it is made.
    head: Mutex<Option<Option<Arc<Head>>>>,
    whole: Mutex<Option<Whole>>,
    /// Held by whoever parses.
    turn: Mutex<()>,
}

/// What can answer for a stretch of text now.
pub(crate) enum Colours {
    /// The whole tree.
    Whole(Arc<SyntaxTree>),
    /// The beginning, whose answers may not be the last word.
    Early(Arc<Head>),
}

impl Analysis {
    /// The tree of `text`, made if it isn't there; another thread that makes it is waited for.
    pub(crate) fn tree(&self, language: Language, text: &Arc<str>) -> Whole {
        if let Some(known) = &*lock(&self.whole) {
            return known.clone();
        }
        let _turn = lock(&self.turn);
        if let Some(known) = &*lock(&self.whole) {
            return known.clone();
        }
        self.head(language, text);
        // A beginning that can't be analysed speaks for the whole.
        if let Some(known) = &*lock(&self.whole) {
            return known.clone();
        }
        let made = SyntaxTree::parse(language, Arc::clone(text), PARSE_BUDGET).map(Arc::new);
        let made = lock(&self.whole).get_or_insert(made).clone();
        *lock(&self.head) = None;
        made
    }

    /// What answers for `bytes` soonest: the tree if it is there, else the beginning if that holds them, else the tree when it is made.
    pub(crate) fn colours(&self, language: Language, text: &Arc<str>, bytes: &Range<usize>) -> Result<Colours, SyntaxError> {
        if let Some(known) = &*lock(&self.whole) {
            return known.clone().map(Colours::Whole);
        }
        match self.head(language, text) {
            Some(head) if head.holds(bytes) => Ok(Colours::Early(head)),
            _ => self.tree(language, text).map(Colours::Whole),
        }
    }

    /// The beginning, analysed by itself; `None` for a short text, or one that is given up.
    pub(crate) fn head(&self, language: Language, text: &str) -> Option<Arc<Head>> {
        let mut head = lock(&self.head);
        if let Some(known) = &*head {
            return known.clone();
        }
        let made = Head::parse(language, text, HEAD_BUDGET).unwrap_or_else(|error| {
            lock(&self.whole).get_or_insert(Err(error));
            None
        });
        head.insert(made.map(Arc::new)).clone()
    }

    /// Says that the colours of a text are given up: its queries can't cope with it.
    pub(crate) fn give_up(&self, error: SyntaxError) {
        *lock(&self.whole) = Some(Err(error));
    }

    /// Lets go of the tree, which takes several times the memory of its text. It is made again when it is asked for.
    pub(crate) fn release(&self) {
        let mut whole = lock(&self.whole);
        if matches!(&*whole, Some(Ok(_))) {
            *whole = None;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
