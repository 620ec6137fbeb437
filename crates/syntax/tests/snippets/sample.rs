//! A plan of rooms.
use std::{collections::HashMap, path::{Path, PathBuf}};
use crate::store::{self, Store};

const MAX_ROOMS: usize = 0x40;

#[derive(Debug, Clone)]
pub struct Plan<'a, T: Send> { name: &'a str, rooms: Vec<T>, pub at: (f64, u8) }

pub enum Shape { Empty, Round(f32), Flat { width: u32 } }

impl<'a, T> Plan<'a, T> where T: Send + 'static {
    #[must_use = "read it"]
    pub async fn plan(path: &Path, mut limit: usize) -> Result<Self, io::Error> {
        let text = fs::read_to_string(path).await?;
        for (at, line) in text.lines().enumerate().skip(1) {
            if line.is_empty() || at >= MAX_ROOMS { continue; } // nothing here
            println!("{at}: {}\n", self.name.to_uppercase(), Some(limit));
        }
        assert_eq!(plan.rooms.len(), Self::default().count::<u8>());
        match shape { Shape::Round(r) if r > 1.5 => 'x', Shape::Empty => '\'', _ => r#"raw"# }
        Ok(Self { name: "plan", rooms: vec![], at: (limit as f64, b'a') })
    }
}

macro_rules! twice { ($x:expr) => { $x + $x }; }
