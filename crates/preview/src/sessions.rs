//! Preview sessions and their cleanup, as rows.
