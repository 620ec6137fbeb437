//! Previews in windows of their own: seen on the screen, heard from the pages themselves, because no WebDriver reaches them.
#![cfg(target_os = "linux")]

mod beside;
mod closed;
mod console;
mod dev_servers;
mod ending;
mod shown;
mod sizes;
mod support;
