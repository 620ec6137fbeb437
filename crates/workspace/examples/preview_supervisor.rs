//! What tests run dev servers beneath: `lectern __supervise` without the rest of `lectern`.

fn main() -> std::process::ExitCode {
    lectern_supervise::run()
}
