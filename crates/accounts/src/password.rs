//! Passwords: how they are hashed, checked, and judged.

use std::{
    fmt,
    time::{Duration, Instant},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use zeroize::Zeroizing;

/// The fewest characters a new password may have.
pub const MIN_CHARACTERS: usize = 12;
/// The most bytes a password may have; more would only cost time.
pub const MAX_BYTES: usize = 1024;

/// OWASP Password Storage Cheat Sheet (2024), Argon2id: m = 19 MiB, t = 2, p = 1 at the least.
const FLOOR_MEMORY_KIB: u32 = 19_456;
const FLOOR_PASSES: u32 = 2;

/// A password somebody typed: erased from memory when dropped, never printed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with this as a new password, as a sentence, or `None`.
    pub fn complaint(&self, email: &str) -> Option<String> {
        if self.0.chars().count() < MIN_CHARACTERS {
            return Some(format!("The password needs {MIN_CHARACTERS} characters or more."));
        }
        if self.0.len() > MAX_BYTES {
            return Some(format!("The password may have {MAX_BYTES} bytes at most."));
        }
        if self.0.eq_ignore_ascii_case(email) {
            return Some("The password must not be the e-mail.".to_owned());
        }
        // Judged as while it was typed, so that what was shown as fine is not refused.
        (strength(self).score == 0).then(|| "This password would be guessed at once. Add a few unrelated words.".to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How hard a password is to guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// 0 (at once) to 4 (very hard), by zxcvbn.
    pub score: u8,
    /// What would make it better.
    pub hint: Option<String>,
    /// Whether a profile may be made with it.
    pub acceptable: bool,
}

/// Judges a password with zxcvbn, which knows common passwords, names, dates and keyboard runs.
pub fn strength(password: &Password) -> Strength {
    // zxcvbn's time grows with the square of the length; a hundred characters decide.
    let head: Zeroizing<String> = Zeroizing::new(password.0.chars().take(100).collect());
    let verdict = zxcvbn::zxcvbn(&head, &[]);
    let score = u8::from(verdict.score());
    let long_enough = password.0.chars().count() >= MIN_CHARACTERS;
    let advice = verdict.feedback().and_then(|feedback| {
        feedback.warning().map(|warning| warning.to_string()).or_else(|| feedback.suggestions().first().map(ToString::to_string))
    });
    let hint = if long_enough { advice } else { Some(format!("{MIN_CHARACTERS} characters or more. A few unrelated words work well.")) };
    Strength { score, hint, acceptable: long_enough && score > 0 && password.0.len() <= MAX_BYTES }
}

/// How much work a hash costs.
#[derive(Debug, Clone, Copy)]
pub enum PasswordCost {
    /// Measured on this computer so that one hash takes 250 to 500 ms, never below OWASP's floor.
    Calibrated,
    /// OWASP's floor itself: for tests that hash often.
    Floor,
}

impl PasswordCost {
    fn params(self) -> Params {
        let floor = Params::new(FLOOR_MEMORY_KIB, FLOOR_PASSES, 1, None).expect("OWASP's floor is within Argon2's limits");
        match self {
            Self::Floor => floor,
            Self::Calibrated => calibrate(floor),
        }
    }

    /// How fast a check may be before the hash is made anew with more work.
    fn too_quick(self, took: Duration) -> bool {
        matches!(self, Self::Calibrated) && took < Duration::from_millis(125)
    }
}

/// Raises the memory first (it costs a guesser most), to 64 MiB at most so that small computers can still open the app, then the passes.
fn calibrate(floor: Params) -> Params {
    let took = time(&floor);
    let target = Duration::from_millis(350).as_secs_f64();
    let factor = (target / took.as_secs_f64().max(0.001)).max(1.0);
    let memory = (f64::from(FLOOR_MEMORY_KIB) * factor).clamp(f64::from(FLOOR_MEMORY_KIB), 65_536.0);
    let left = factor / (memory / f64::from(FLOOR_MEMORY_KIB));
    let passes = (f64::from(FLOOR_PASSES) * left).round().clamp(f64::from(FLOOR_PASSES), 16.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are clamped to small positive ranges above")]
    Params::new(memory as u32, passes as u32, 1, None).unwrap_or(floor)
}

fn time(params: &Params) -> Duration {
    let started = Instant::now();
    let mut out = [0; 32];
    let _ = hasher(params.clone()).hash_password_into(b"calibration", b"calibration salt", &mut out);
    started.elapsed()
}

fn hasher(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password into a PHC string that carries its own parameters.
pub(crate) fn hash(password: &Password, cost: PasswordCost) -> Result<String, argon2::password_hash::Error> {
    Ok(hasher(cost.params()).hash_password(password.bytes())?.to_string())
}

/// Hashes with the parameters of another hash; `None` when that is no Argon2 hash.
pub(crate) fn hash_like(password: &Password, phc: &str) -> Option<String> {
    let params = Params::try_from(&PasswordHash::new(phc).ok()?).ok()?;
    Some(hasher(params).hash_password(password.bytes()).ok()?.to_string())
}

/// The verdict of [`verify`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// Right, and the hash should be made anew: its parameters are too weak for today.
    RightButWeak,
    Wrong,
}

/// Checks a password against a PHC string; a string that is no hash counts as wrong.
pub(crate) fn verify(password: &Password, phc: &str, cost: PasswordCost) -> Verdict {
    let Ok(parsed) = PasswordHash::new(phc) else { return Verdict::Wrong };
    let started = Instant::now();
    if Argon2::default().verify_password(password.bytes(), &parsed).is_err() {
        return Verdict::Wrong;
    }
    let took = started.elapsed();
    let below_floor = Params::try_from(&parsed).map_or(true, |params| {
        params.m_cost() < FLOOR_MEMORY_KIB || params.t_cost() < FLOOR_PASSES || parsed.algorithm.as_str() != "argon2id"
    });
    if below_floor || cost.too_quick(took) { Verdict::RightButWeak } else { Verdict::Right }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    #[test]
    fn a_hash_is_argon2id_at_owasps_floor_or_above_and_carries_its_parameters() {
        let phc = hash(&password("correct horse battery"), PasswordCost::Floor).expect("a hash");
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        let calibrated =
            Params::try_from(&PasswordHash::new(&hash(&password("x"), PasswordCost::Calibrated).expect("a hash")).expect("a PHC string"))
                .expect("parameters");
        assert!(calibrated.m_cost() >= FLOOR_MEMORY_KIB && calibrated.t_cost() >= FLOOR_PASSES && calibrated.p_cost() == 1);
    }

    #[test]
    fn a_hash_from_weaker_days_is_right_but_to_be_made_anew() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).expect("parameters"))
            .hash_password(b"correct horse battery")
            .expect("a hash")
            .to_string();
        assert_eq!(verify(&password("correct horse battery"), &weak, PasswordCost::Floor), Verdict::RightButWeak);
        assert_eq!(verify(&password("wrong horse battery"), &weak, PasswordCost::Floor), Verdict::Wrong);
    }

    #[test]
    fn the_empty_hash_of_a_headless_profile_opens_with_no_password() {
        for attempt in ["", "password", "$argon2id$"] {
            assert_eq!(verify(&password(attempt), "", PasswordCost::Floor), Verdict::Wrong);
        }
    }

    #[test]
    fn a_short_or_common_password_is_refused_with_a_reason() {
        assert!(password("short").complaint("a@b.example").expect("a complaint").contains("12 characters"));
        assert!(password("aaaaaaaaaaaaaaaa").complaint("a@b.example").is_some());
        assert_eq!(password("ferry lantern sycamore").complaint("a@b.example"), None);
        assert!(password(&"long ".repeat(300)).complaint("a@b.example").expect("a complaint").contains("at most"));
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(format!("{:?}", password("ferry lantern sycamore")), "Password(…)");
    }
}
