//! `cargo xtask icons`: icons/lectern.svg in every form that packages need.

use std::path::Path;
use std::process::Command;

use crate::cargo::root;
use crate::fail;
use crate::report::{Failed, ask, has, step};

/// File names and sizes that tauri.conf.json and Linux packages name.
const PNGS: &[(&str, u32)] = &[("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];

/// Sizes within icon.ico.
const ICO: &[u32] = &[16, 24, 32, 48, 64, 256];

/// Types and sizes within icon.icns; the same size appears for one and two dots a point.
const ICNS: &[(&[u8; 4], u32)] =
    &[(b"ic11", 32), (b"ic12", 64), (b"ic07", 128), (b"ic13", 256), (b"ic08", 256), (b"ic14", 512), (b"ic09", 512), (b"ic10", 1024)];

/// Renders them all.
pub fn run(_: &[String]) -> Result<(), Failed> {
    step("Render the icons", || {
        if !has("rsvg-convert") {
            fail!("rsvg-convert is missing: apt-get install librsvg2-bin (or your system's librsvg)");
        }
        let folder = root().join("icons");
        let source = folder.join("lectern.svg");
        for (name, size) in PNGS {
            std::fs::write(folder.join(name), render(&source, *size)?)?;
        }
        std::fs::write(folder.join("icon.ico"), ico(&source)?)?;
        std::fs::write(folder.join("icon.icns"), icns(&source)?)?;
        println!("    {} PNGs, icon.ico, icon.icns in {}", PNGS.len(), folder.display());
        Ok(())
    })
}

fn render(source: &Path, size: u32) -> Result<Vec<u8>, Failed> {
    let out = tempfile::NamedTempFile::new()?;
    let size = size.to_string();
    ask(Command::new("rsvg-convert").args(["-w", &size, "-h", &size, "-o"]).arg(out.path()).arg(source))?;
    Ok(std::fs::read(out.path())?)
}

/// An ICO file is a directory of pictures, each of which may be a PNG.
fn ico(source: &Path) -> Result<Vec<u8>, Failed> {
    let pictures = ICO.iter().map(|&size| Ok((size, render(source, size)?))).collect::<Result<Vec<_>, Failed>>()?;
    let mut file = vec![0, 0, 1, 0];
    file.extend((pictures.len() as u16).to_le_bytes());
    let mut offset = 6 + 16 * pictures.len() as u32;
    for (size, png) in &pictures {
        // A size of 256 is written as 0.
        let side = *size as u8;
        file.extend([side, side, 0, 0, 1, 0, 32, 0]);
        file.extend((png.len() as u32).to_le_bytes());
        file.extend(offset.to_le_bytes());
        offset += png.len() as u32;
    }
    file.extend(pictures.into_iter().flat_map(|(_, png)| png));
    Ok(file)
}

/// An ICNS file is a list of typed pictures with big-endian lengths that count the eight bytes before them.
fn icns(source: &Path) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    for (kind, size) in ICNS {
        let png = render(source, *size)?;
        body.extend(*kind);
        body.extend((png.len() as u32 + 8).to_be_bytes());
        body.extend(png);
    }
    let mut file = b"icns".to_vec();
    file.extend((body.len() as u32 + 8).to_be_bytes());
    file.extend(body);
    Ok(file)
}
