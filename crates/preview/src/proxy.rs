//! A dev server behind the gate: requests and websockets streamed both ways.
