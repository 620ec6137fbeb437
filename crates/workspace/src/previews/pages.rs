//! The pages that windows show previews in: a few listeners of their own, whose origins every preview of this process lets frame it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use hyper::{Request, body::Incoming};
use lectern_preview::{
    gate::{Gate, Secret, link},
    serve::{Extra, Listener, PORTS},
    site::{Answer, Site},
    window::Page,
};
use lectern_store::{Clock, Timestamp};
use tokio::runtime::Handle;

use crate::view::Failure;

/// How many windows can show previews side by side; one more takes the page over that was asked for the longest ago.
const PAGES: usize = 6;
/// How long the ticket of a window is good, in milliseconds: it is opened at once.
const TICKET: i64 = 60_000;
/// How long a window may still tell that its preview has ended, in milliseconds.
const AFTERWARDS: i64 = 24 * 60 * 60 * 1000;

/// All of them; made with the first preview that a window can show.
#[derive(Default)]
pub(crate) struct Pages(Mutex<Vec<Slot>>);

/// One page.
struct Slot {
    gate: Arc<Gate>,
    listener: Listener,
    site: Arc<Framing>,
    /// The previews that it shows, and when that was asked for.
    shows: Option<(Vec<String>, Instant)>,
}

/// A site that can become another one.
#[derive(Default)]
struct Framing(Mutex<Option<Arc<Page>>>);

impl Site for Framing {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let page = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Nobody has a ticket before there is a page.
        page.unwrap_or_else(|| Arc::new(Page::new(Vec::new()))).answer(request)
    }
}

impl Pages {
    /// The origins of all pages, as a listener takes those that may frame it. Makes them when there are none.
    pub fn origins(&self, runtime: &Handle, clock: &Arc<dyn Clock>) -> Result<String, Failure> {
        let mut slots = self.lock();
        while slots.len() < PAGES {
            let site = Arc::new(Framing::default());
            let now = clock.now();
            let gate = Gate::new(&format!("page-{}", slots.len()), &Secret::random(), now, Arc::clone(clock));
            let shown: Arc<dyn Site> = Arc::clone(&site) as _;
            let listener =
                Listener::start(runtime, Arc::clone(&gate), shown, PORTS, Extra::default()).map_err(|error| super::no_port(&error))?;
            slots.push(Slot { gate, listener, site, shows: None });
        }
        Ok(slots.iter().map(|slot| slot.listener.origin()).collect::<Vec<_>>().join(" "))
    }

    /// A link that opens `page`, which shows these previews until the last of them ends at `until`. A window that shows just these already
    /// keeps its origin.
    pub fn show(&self, previews: Vec<String>, page: Page, until: Timestamp) -> Result<String, Failure> {
        let mut slots = self.lock();
        let same = slots.iter().position(|slot| slot.shows.as_ref().is_some_and(|(shown, _)| *shown == previews));
        let oldest = || (0..slots.len()).min_by_key(|index| slots[*index].shows.as_ref().map(|(_, since)| *since));
        let index = same.or_else(oldest).ok_or_else(|| Failure::internal("previews have no pages for windows"))?;
        let slot = &mut slots[index];
        slot.shows = Some((previews, Instant::now()));
        *slot.site.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(page));
        slot.gate.set_expiry(until.plus_millis(AFTERWARDS));
        Ok(link(&slot.listener.origin(), &slot.gate.mint(TICKET), "/"))
    }

    /// Nothing of them answers when this returns. The next preview makes new ones.
    pub fn close(&self) {
        for slot in self.lock().drain(..) {
            slot.gate.close();
            slot.listener.stop();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
