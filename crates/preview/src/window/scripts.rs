//! The scripts that the window runs in documents before their own.

use serde::Serialize;

const PAGE: &str = "(() => {
  const { page, key, order } = __CHANNEL__;
  if (window === window.top && window.origin === page) Object.defineProperty(window, 'lectern', { value: Object.freeze({ key, order }) });
})();";
const FRAME: &str = include_str!("watch.js");
/// Where a script's data goes.
const CHANNEL_MARK: &str = "__CHANNEL__";

#[derive(Serialize)]
struct PageChannel<'a> {
    page: &'a str,
    key: &'a str,
    order: &'a str,
}

#[derive(Serialize)]
struct FrameChannel<'a> {
    page: &'a str,
    key: &'a str,
    frames: &'a [String],
}

/// The script for the top document alone: hands the page what its frames will show (`key`), and what the shell expects of it (`order`).
pub fn page_script(page: &str, key: &str, order: &str) -> String {
    fill(PAGE, &PageChannel { page, key, order })
}

/// The script for every document: in one of the frames' origins it tells the page what happens there. The page knows it by `key`, which only
/// ever goes to the page's origin; documents see neither it nor what is told.
pub fn frame_script(page: &str, key: &str, frames: &[String]) -> String {
    fill(FRAME, &FrameChannel { page, key, frames })
}

fn fill(script: &str, channel: &impl Serialize) -> String {
    script.replace(CHANNEL_MARK, &serde_json::to_string(channel).expect("plain data becomes JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_holds_its_channel_as_data() {
        let script = frame_script("http://127.0.0.1:41790", "k'\"e\\y", &["http://127.0.0.1:41700".to_owned()]);
        assert!(script.contains(r#"{"page":"http://127.0.0.1:41790","key":"k'\"e\\y","frames":["http://127.0.0.1:41700"]}"#));
        assert!(!script.contains(CHANNEL_MARK));
        assert!(page_script("p", "k", "the order").contains(r#""order":"the order""#));
        assert!(!script.contains("order"), "documents in frames could give the shell orders");
    }
}
