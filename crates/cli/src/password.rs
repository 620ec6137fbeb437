//! Getting a profile's password without a window.

use std::{
    fs,
    io::{self, IsTerminal},
};

use zeroize::Zeroizing;

/// From the file that `LECTERN_PASSWORD_FILE` names, or typed on the terminal; `None` when there is neither.
pub fn ask(email: &str) -> Option<String> {
    if let Some(file) = std::env::var_os("LECTERN_PASSWORD_FILE").filter(|file| !file.is_empty()) {
        let text = match fs::read_to_string(&file) {
            Ok(text) => Zeroizing::new(text),
            Err(error) => {
                eprintln!("lectern: LECTERN_PASSWORD_FILE {}: {error}", file.to_string_lossy());
                return None;
            }
        };
        return text.lines().next().map(str::to_owned);
    }
    if !io::stdin().is_terminal() {
        return None;
    }
    rpassword::prompt_password(format!("Password for {email}: ")).ok()
}
