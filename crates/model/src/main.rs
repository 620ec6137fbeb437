//! The model's process as a program of its own, for the tests and benchmarks here; who uses Lectern has it as `lectern __model`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lectern_model::run()
}
