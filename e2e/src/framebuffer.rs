//! Reads what Xvfb shows, straight from the file it draws into.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The screen's pixels, as Xvfb keeps them in an XWD file (`-fbdir`).
#[derive(Debug, Clone)]
pub struct Framebuffer {
    file: PathBuf,
}

impl Framebuffer {
    /// The framebuffer in the folder that was given to Xvfb.
    pub fn in_folder(folder: &Path) -> Self {
        Self { file: folder.join("Xvfb_screen0") }
    }

    /// How many different colours are on the screen, counted on every third pixel of every third row and only up to `limit`.
    ///
    /// A screen without a window has a few (the pointer's); a window with a frame and no page a handful more; text makes dozens.
    pub fn colours(&self, limit: usize) -> usize {
        self.count_colours(limit).unwrap_or(0)
    }

    /// Writes the screen as a PNG, by ImageMagick.
    pub fn save(&self, png: &Path) -> bool {
        Command::new(convert()).arg(format!("xwd:{}", self.file.display())).arg(png).status().is_ok_and(|status| status.success())
    }

    /// Like [`Framebuffer::save`], of what is on the screen now, without waiting until the file is there.
    pub fn save_soon(&self, png: &Path) -> bool {
        let copy = png.with_extension("xwd");
        let script = format!("{} \"xwd:$1\" \"$2\"; rm -f \"$1\"", convert());
        let started =
            std::fs::copy(&self.file, &copy).is_ok() && Command::new("sh").args(["-c", &script, "sh"]).arg(&copy).arg(png).spawn().is_ok();
        started || self.save(png)
    }

    /// Like [`Framebuffer::save_soon`], of a part of the screen that begins `x` and `y` pixels from its corner.
    pub fn save_part_soon(&self, png: &Path, x: u32, y: u32, width: u32, height: u32) -> bool {
        let copy = png.with_extension("xwd");
        let script = format!("{} \"xwd:$1\" -crop \"$3\" +repage \"$2\"; rm -f \"$1\"", convert());
        let part = format!("{width}x{height}+{x}+{y}");
        std::fs::copy(&self.file, &copy).is_ok()
            && Command::new("sh").args(["-c", &script, "sh"]).arg(&copy).arg(png).arg(part).spawn().is_ok()
    }

    /// How much of the screen has exactly this colour, from 0 to 1, counted as for [`Framebuffer::colours`].
    pub fn share(&self, red: u8, green: u8, blue: u8) -> f64 {
        let (mut all, mut same) = (0_u32, 0_u32);
        let _ = self.each_pixel(|[b, g, r]| {
            all += 1;
            same += u32::from([r, g, b] == [red, green, blue]);
            true
        });
        if all == 0 { 0.0 } else { f64::from(same) / f64::from(all) }
    }

    /// The pixels that [`Framebuffer::colours`] looks at, row by row as blue, green and red; empty when there is no screen.
    pub fn samples(&self) -> Vec<[u8; 3]> {
        let mut all = Vec::new();
        let _ = self.each_pixel(|colour| {
            all.push(colour);
            true
        });
        all
    }

    fn count_colours(&self, limit: usize) -> Option<usize> {
        let mut seen = HashSet::new();
        let mut last = None;
        self.each_pixel(|colour| {
            // Most of a screen is the colour it just was.
            if last != Some(colour) {
                seen.insert(colour);
            }
            last = Some(colour);
            seen.len() < limit
        })?;
        Some(seen.len())
    }

    /// Gives every third pixel of every third row (blue, green, red) to `take`, until that has enough.
    fn each_pixel(&self, mut take: impl FnMut([u8; 3]) -> bool) -> Option<()> {
        let file = File::open(&self.file).ok()?;
        let mut header = [0; 100];
        file.read_exact_at(&mut header, 0).ok()?;
        // XWD: big-endian words; 0 is the header's size, 5 the rows, 12 the bytes in a row, 19 the number of 12-byte colours that follow.
        let word =
            |index: usize| u32::from_be_bytes([header[index * 4], header[index * 4 + 1], header[index * 4 + 2], header[index * 4 + 3]]);
        let start = u64::from(word(0)) + u64::from(word(19)) * 12;
        let pitch = word(12);
        let mut row = vec![0; pitch as usize];
        for number in (0..word(5)).step_by(3) {
            file.read_exact_at(&mut row, start + u64::from(number) * u64::from(pitch)).ok()?;
            for pixel in row.chunks_exact(4).step_by(3) {
                if !take([pixel[0], pixel[1], pixel[2]]) {
                    return Some(());
                }
            }
        }
        Some(())
    }
}

/// ImageMagick's program: the one of the system where another program of this name stands before it.
fn convert() -> &'static str {
    let system = "/usr/bin/convert";
    if Path::new(system).exists() { system } else { "convert" }
}
