//! Where a preview's window may go, and what its page may order.

use tauri::Url;

/// The origins of a window, and the key by which the shell knows its page.
pub struct Limits {
    page: String,
    frames: Vec<String>,
    order_key: String,
}

/// What becomes of a navigation, of the page or of any frame.
#[derive(Debug, PartialEq)]
pub enum Way {
    There,
    Nowhere,
    /// It is no place: the page wants something done.
    Order(Order),
}

/// What the page may ask of the shell.
#[derive(Debug, PartialEq)]
pub enum Order {
    Close,
    /// A picture of an area, saved where the user says; a name is proposed.
    Picture(Area, String),
    /// The preview of this number is opened in the user's browser.
    Browser(usize),
}

/// A part of the window, in CSS pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Limits {
    /// `page` and `frames` are origins as `http://127.0.0.1:41700`. Whoever knows `order_key` is the page.
    pub fn new(page: String, frames: Vec<String>, order_key: String) -> Self {
        Self { page, frames, order_key }
    }

    /// What becomes of a navigation to `url`.
    pub fn judge(&self, url: &Url) -> Way {
        match url.scheme() {
            "about" if matches!(url.path(), "blank" | "srcdoc") => Way::There,
            // A blob belongs to the origin that made it.
            "http" | "blob" => {
                let origin = url.origin().ascii_serialization();
                let orders = url.scheme() == "http" && origin == self.page && url.path().starts_with("/order/");
                if orders {
                    self.order(url).map_or(Way::Nowhere, Way::Order)
                } else if origin == self.page || self.frames.contains(&origin) {
                    Way::There
                } else {
                    Way::Nowhere
                }
            }
            _ => Way::Nowhere,
        }
    }

    fn order(&self, url: &Url) -> Option<Order> {
        let what = url.path().strip_prefix("/order/")?.strip_prefix(&self.order_key)?.strip_prefix('/')?;
        let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let pixels = |name: &str| value(name)?.parse::<f64>().ok().filter(|number| (0.0..32_768.0).contains(number));
        match what {
            "close" => Some(Order::Close),
            "browser" => Some(Order::Browser(value("frame")?.parse().ok()?)),
            "shot" => {
                let area = Area { x: pixels("x")?, y: pixels("y")?, width: pixels("width")?, height: pixels("height")? };
                Some(Order::Picture(area, file_name(&value("name").unwrap_or_default())))
            }
            _ => None,
        }
    }
}

/// A name for a file out of any text: short, and without what systems read as something else.
fn file_name(text: &str) -> String {
    let kept: String = text.chars().map(|c| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '-' }).take(80).collect();
    let kept = kept.trim_matches(['.', ' ', '-']);
    format!("{}.png", if kept.is_empty() { "preview" } else { kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "5f3a";

    fn judge(url: &str) -> Way {
        let limits = Limits::new("http://127.0.0.1:41790".to_owned(), vec!["http://127.0.0.1:41700".to_owned()], KEY.to_owned());
        limits.judge(&url.parse().expect("a URL"))
    }

    #[test]
    fn a_preview_s_window_goes_to_its_page_and_its_frames_alone() {
        for own in
            ["http://127.0.0.1:41790/", "http://127.0.0.1:41700/a?b#c", "about:blank", "about:srcdoc", "blob:http://127.0.0.1:41700/6d1f"]
        {
            assert_eq!(judge(own), Way::There, "{own}");
        }
        for other in [
            "http://127.0.0.1:41701/",
            "http://127.0.0.1/",
            "http://localhost:41700/",
            "http://127.0.0.1.evil.example:41700/",
            "http://127.0.0.1:41700@evil.example/",
            "https://127.0.0.1:41700/",
            "https://example.com/",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
            "ipc://localhost/start_preview",
            "asset://localhost/etc/passwd",
            "file:///etc/passwd",
            "data:text/html,x",
            "blob:http://127.0.0.1:41701/6d1f",
            "blob:null/6d1f",
            "about:config",
            "javascript:alert(1)",
            "mailto:ada@harbour.example",
        ] {
            assert_eq!(judge(other), Way::Nowhere, "{other}");
        }
    }

    #[test]
    fn only_who_knows_the_key_gives_orders() {
        assert_eq!(judge("http://127.0.0.1:41790/order/5f3a/close"), Way::Order(Order::Close));
        assert_eq!(judge("http://127.0.0.1:41790/order/5f3a/browser?frame=1"), Way::Order(Order::Browser(1)));
        for refused in [
            "http://127.0.0.1:41790/order/5f3b/close",
            "http://127.0.0.1:41790/order//close",
            "http://127.0.0.1:41790/order/5f3a",
            "http://127.0.0.1:41790/order/5f3aclose",
            "http://127.0.0.1:41790/order/5f3a/anything",
            "http://127.0.0.1:41790/order/5f3a/browser?frame=-1",
        ] {
            assert_eq!(judge(refused), Way::Nowhere, "{refused}");
        }
        // What a frame's own site has there is its own.
        assert_eq!(judge("http://127.0.0.1:41700/order/5f3a/close"), Way::There);
    }

    #[test]
    fn a_picture_s_area_is_finite_and_its_name_is_one() {
        let picture = |query: &str| judge(&format!("http://127.0.0.1:41790/order/{KEY}/shot?{query}"));
        let area = Area { x: 16.0, y: 61.5, width: 800.0, height: 600.0 };
        assert_eq!(
            picture("x=16&y=61.5&width=800&height=600&name=Working%20copy%20%2F..%2Fabout"),
            Way::Order(Order::Picture(area, "Working copy -..-about.png".to_owned()))
        );
        for bad in
            ["", "x=1&y=1&width=NaN&height=1", "x=1&y=1&width=inf&height=1", "x=-1&y=1&width=1&height=1", "x=1&y=1&width=1e9&height=1"]
        {
            assert_eq!(picture(bad), Way::Nowhere, "{bad}");
        }
        assert_eq!(file_name("../../.bashrc\n"), "bashrc.png");
        assert_eq!(file_name("///"), "preview.png");
    }
}
