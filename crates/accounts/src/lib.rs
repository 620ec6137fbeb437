//! Profiles on this computer: users, passwords, remembered sign-ins.
