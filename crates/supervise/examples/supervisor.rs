//! The supervisor alone, as `lectern __supervise` is: for tests.

fn main() -> std::process::ExitCode {
    lectern_supervise::run()
}
