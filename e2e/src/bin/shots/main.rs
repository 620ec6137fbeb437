//! Photographs every screen in both themes and both sizes, into the folder that is named; further arguments name the areas to photograph.

#[cfg(target_os = "linux")]
mod camera;
#[cfg(target_os = "linux")]
mod finding;
#[cfg(target_os = "linux")]
mod frame;
#[cfg(target_os = "linux")]
mod history;
#[cfg(target_os = "linux")]
mod jobs;
#[cfg(target_os = "linux")]
mod previews;
#[cfg(target_os = "linux")]
mod reading;
#[cfg(target_os = "linux")]
mod refactor;
#[cfg(target_os = "linux")]
mod texts;
#[cfg(target_os = "linux")]
mod threads;
#[cfg(target_os = "linux")]
mod versions;

#[cfg(target_os = "linux")]
fn main() {
    use camera::Camera;

    type Photograph = fn(&Camera);
    /// Each opens a window of its own.
    const AREAS: [(&str, Photograph); 10] = [
        ("frame", frame::photograph),
        ("reading", reading::photograph),
        ("texts", texts::photograph),
        ("finding", finding::photograph),
        ("history", history::photograph),
        ("versions", versions::photograph),
        ("threads", threads::photograph),
        ("jobs", jobs::photograph),
        ("previews", previews::photograph),
        ("refactor", refactor::photograph),
    ];
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| "artifacts/shots".into());
    let folder = std::path::absolute(folder).expect("the working directory is known");
    let wanted: Vec<String> = args.collect();
    for theme in ["light", "dark"] {
        for (_, photograph) in AREAS.iter().filter(|(area, _)| wanted.is_empty() || wanted.iter().any(|one| one == area)) {
            photograph(&Camera { folder: folder.clone(), theme });
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("pictures are taken on Linux only, with Xvfb and WebKitWebDriver");
}
