//! Previews: a project as it would be served, on this computer alone, behind a link that nobody can guess and that ends.

pub mod gate;
pub mod proxy;
pub mod serve;
pub mod sessions;
pub mod site;
pub mod window;
