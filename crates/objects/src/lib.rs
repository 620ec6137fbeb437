//! Content-addressed blobs: BLAKE3 names, zstd-compressed bytes.
