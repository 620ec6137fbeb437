//! Who may ask a preview anything: exact `Host`, `Origin`, single-use tickets, one cookie a session, an end.
