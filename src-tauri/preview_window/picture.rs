//! Saves a picture of what a preview's window shows.

use tauri::WebviewWindow;

use super::limits::Area;

/// Takes a picture of a part of the window and asks where to save it, proposing a name. What became of it is said in the page.
#[cfg(target_os = "linux")]
pub fn save(window: &WebviewWindow, area: Area, name: &str) {
    use gtk::gio::Cancellable;
    use webkit2gtk::{SnapshotOptions, SnapshotRegion, WebViewExt};

    let (shown, name) = (window.clone(), name.to_owned());
    let _ = window.with_webview(move |webview| {
        webview.inner().snapshot(SnapshotRegion::Visible, SnapshotOptions::NONE, None::<&Cancellable>, move |taken| {
            match taken.map_err(|error| error.to_string()).and_then(|surface| png(&surface, area)) {
                Ok(png) => ask(&shown, &name, png),
                Err(error) => super::say(&shown, &format!("No picture could be taken: {error}.")),
            }
        });
    });
}

#[cfg(not(target_os = "linux"))]
pub fn save(window: &WebviewWindow, _area: Area, _name: &str) {
    super::say(window, "Pictures can't be saved on this system yet.");
}

/// A part of a surface as PNG.
#[cfg(target_os = "linux")]
fn png(surface: &gtk::cairo::Surface, area: Area) -> Result<Vec<u8>, String> {
    use gtk::cairo::{Context, Format, ImageSurface};
    use gtk::gdk_pixbuf::{Colorspace, Pixbuf};

    // Pixels of the screen, of which there may be several in one of CSS.
    let (scale, _) = surface.device_scale();
    #[expect(clippy::cast_possible_truncation, reason = "the area is smaller than 32,768 on a side")]
    let (width, height) = ((area.width * scale).round() as i32, (area.height * scale).round() as i32);
    if width < 1 || height < 1 {
        return Err("there is nothing to see".to_owned());
    }
    let failed = |error: gtk::cairo::Error| error.to_string();
    let mut part = ImageSurface::create(Format::Rgb24, width, height).map_err(failed)?;
    let context = Context::new(&part).map_err(failed)?;
    context.scale(scale, scale);
    context.set_source_surface(surface, -area.x, -area.y).map_err(failed)?;
    context.paint().map_err(failed)?;
    drop(context);
    let stride = usize::try_from(part.stride()).map_err(|error| error.to_string())?;
    let columns = usize::try_from(width).map_err(|error| error.to_string())?;
    let data = part.data().map_err(|error| error.to_string())?;
    // Cairo keeps a pixel as one number in the computer's own order.
    let pixels: Vec<u8> = data
        .chunks_exact(stride)
        .flat_map(|row| row[..columns * 4].chunks_exact(4))
        .flat_map(|pixel| {
            let [_, red, green, blue] = u32::from_ne_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]).to_be_bytes();
            [red, green, blue]
        })
        .collect();
    let pixels = gtk::glib::Bytes::from_owned(pixels);
    let picture = Pixbuf::from_bytes(&pixels, Colorspace::Rgb, false, 8, width, height, width * 3);
    picture.save_to_bufferv("png", &[]).map_err(|error| error.to_string())
}

/// Asks where, and writes.
#[cfg(target_os = "linux")]
fn ask(window: &WebviewWindow, name: &str, png: Vec<u8>) {
    use tauri::Manager;
    use tauri_plugin_dialog::DialogExt;

    let mut dialog = window.dialog().file().set_parent(window).set_title("Save a picture of the preview").set_file_name(name);
    if let Ok(folder) = window.path().picture_dir().or_else(|_| window.path().home_dir()) {
        dialog = dialog.set_directory(folder);
    }
    let window = window.clone();
    dialog.add_filter("PNG", &["png"]).save_file(move |chosen| {
        let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return };
        let said = match std::fs::write(&path, &png) {
            Ok(()) => format!("Saved as {}.", path.display()),
            Err(error) => format!("The picture could not be saved: {error}."),
        };
        super::say(&window, &said);
    });
}
