//! Notifications: what happened while nobody looked.
