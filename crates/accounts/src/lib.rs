//! Profiles on this computer: users, passwords, remembered sign-ins.
//!
//! A profile decides whose projects are shown. It is local: nothing about it is sent anywhere.

mod account;
mod keychain;
mod password;
mod rows;

pub use account::{AccountError, Accounts, LOCAL_EMAIL};
pub use keychain::{Keychain, KeychainError, MemoryKeychain, OsKeychain};
pub use password::{Password, PasswordCost, Strength, strength};
pub use rows::{User, UserId};
