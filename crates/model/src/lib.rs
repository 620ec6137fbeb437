//! The process in which llama.cpp runs an embedded language model: `lectern __model`. What it is asked and answers is in `lectern_llm::embedded::protocol`.

mod facts;
mod llama;
mod pace;
mod prompt;
mod reading;
mod serve;
mod state;
mod system;
mod text;
mod writing;

pub use serve::run;
