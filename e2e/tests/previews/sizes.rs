//! How large a preview is drawn, and the picture of it.

use std::fs;
use std::time::Duration;

use lectern_e2e::process::poll;
use lectern_e2e::{Ear, Stage};

use crate::support::*;

/// Buttons of the bar, in pixels from the window's corner.
const TELEPHONE: (u32, u32) = (45, 23);
const TABLET: (u32, u32) = (115, 23);
const FIT: (u32, u32) = (173, 23);
const ROTATE: (u32, u32) = (224, 23);
const LARGER: (u32, u32) = (1169, 23);
const PLAIN: (u32, u32) = (1129, 23);

#[test]
fn a_preview_is_as_large_as_the_device_that_is_chosen_and_turns_and_zooms() {
    let (stage, ear) = (Stage::new("previews-sizes"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "sized", GREEN);
    let tell = format!(
        "<script>const tell = () => fetch('{}/size', {{ method: 'POST', mode: 'no-cors', body: `${{innerWidth}}x${{innerHeight}}` }});
         addEventListener('resize', tell); tell();</script>",
        ear.origin()
    );
    let page = fs::read_to_string(root.join("index.html")).expect("it was written") + &tell;
    fs::write(root.join("index.html"), page).expect("a project can be written");
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    ear.wait("/loaded", 1, PATIENCE);
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", GREEN, 0.3);
    let last = || ear.heard("/size").pop().unwrap_or_default();
    let until = |what: &str, size: &str| assert!(poll(PATIENCE, || last() == size), "{what}: the page has {} instead of {size}", last());
    let click = |(x, y): (u32, u32)| stage.point(x, y, 1);
    let fit = last();
    let (width, height) = fit.split_once('x').map(|(w, h)| (w.parse::<f64>(), h.parse::<f64>())).expect("a size");
    let (width, height) = (width.expect("a number"), height.expect("a number"));
    assert!(width > 1100.0 && height > 600.0, "it fills its window: {fit}");
    for (what, button, size) in [
        ("a telephone", TELEPHONE, "390x844"),
        ("a telephone, turned", ROTATE, "844x390"),
        ("a tablet, turned", TABLET, "1180x820"),
        ("a tablet", ROTATE, "820x1180"),
        ("the window", FIT, fit.as_str()),
    ] {
        click(button);
        until(what, size);
        picture(&stage, &what.replace([' ', ','], "-"));
    }
    let zoomed = |by: f64| format!("{}x{}", (width / by).round(), (height / by).round());
    click(LARGER);
    until("larger letters", &zoomed(1.1));
    stage.keys(&["ctrl+plus"]);
    until("larger still, by key", &zoomed(1.25));
    picture(&stage, "larger");
    click(PLAIN);
    until("back", &fit);
    stage.keys(&["ctrl+minus"]);
    until("smaller, by key", &zoomed(0.9));
    stage.keys(&["ctrl+0"]);
    until("back, by key", &fit);
    assert_eq!(ear.heard("/loaded").len(), 1, "another size made the page load anew");
}

#[test]
fn a_picture_of_a_preview_is_saved_where_its_user_says() {
    let (stage, ear) = (Stage::new("previews-picture"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "pictured", AMBER);
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    ear.wait("/loaded", 1, PATIENCE);
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", AMBER, 0.3);
    stage.point(TELEPHONE.0, TELEPHONE.1, 1);
    std::thread::sleep(Duration::from_millis(500));
    picture(&stage, "telephone");
    let file = stage.place("picture.png");
    stage.keys(&["ctrl+shift+s"]);
    stage.type_into_dialog("Save a picture of the preview", &file.to_string_lossy());
    let saved = poll(PATIENCE, || fs::read(&file).is_ok_and(|bytes| bytes.len() > 200));
    picture(&stage, "saved");
    assert!(saved, "{} was not written", file.display());
    let bytes = fs::read(&file).expect("it is there");
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    // 390 by 844, scaled so that all of it is seen.
    let ratio = f64::from(side(16)) / f64::from(side(20));
    assert!((ratio - 390.0 / 844.0).abs() < 0.01, "the picture is {} by {}", side(16), side(20));
}
