//! Reads what Xvfb shows, straight from the file it draws into.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
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
    /// A screen without a window has one; a window with a frame and no page has a handful; text makes dozens.
    pub fn colours(&self, limit: usize) -> usize {
        let Some((pixels, width)) = self.pixels() else { return 0 };
        let mut seen: Vec<u32> = Vec::new();
        for row in pixels.chunks(width * 4).step_by(3) {
            for pixel in row.chunks_exact(4).step_by(3) {
                let colour = u32::from_le_bytes([pixel[0], pixel[1], pixel[2], 0]);
                if !seen.contains(&colour) {
                    seen.push(colour);
                    if seen.len() >= limit {
                        return seen.len();
                    }
                }
            }
        }
        seen.len()
    }

    /// Writes the screen as a PNG, by ImageMagick.
    pub fn save(&self, png: &Path) -> bool {
        Command::new("convert").arg(format!("xwd:{}", self.file.display())).arg(png).status().is_ok_and(|status| status.success())
    }

    /// The pixels, four bytes each, and how many there are in a row.
    fn pixels(&self) -> Option<(Vec<u8>, usize)> {
        let mut file = File::open(&self.file).ok()?;
        let mut header = [0_u8; 100];
        file.read_exact(&mut header).ok()?;
        // XWD: big-endian words; 0 is the header's size, 12 the bytes in a row, 19 the number of 12-byte colours that follow it.
        let word =
            |index: usize| u32::from_be_bytes([header[index * 4], header[index * 4 + 1], header[index * 4 + 2], header[index * 4 + 3]]);
        let start = u64::from(word(0)) + u64::from(word(19)) * 12;
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut pixels = Vec::new();
        file.read_to_end(&mut pixels).ok()?;
        Some((pixels, word(12) as usize / 4))
    }
}
