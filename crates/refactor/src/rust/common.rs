//! Names of methods that say little about the type.

/// Methods that so many types of libraries have that a receiver of unknown type is likely one of those.
pub(super) fn is_common_method(name: &str) -> bool {
    COMMON.binary_search(&name).is_ok()
}

/// Ascending.
#[rustfmt::skip]
const COMMON: [&str; 224] = [
    "abs", "add", "all", "and_then", "any", "append", "as_bytes", "as_deref", "as_mut", "as_mut_ptr", "as_mut_slice", "as_ptr",
    "as_ref", "as_slice", "as_str", "borrow", "borrow_mut", "by_ref", "bytes", "ceil", "chain", "char_indices", "chars",
    "checked_add", "checked_sub", "chunks", "clear", "clone", "cloned", "cmp", "collect", "concat", "contains", "contains_key",
    "copied", "copy_from_slice", "count", "dedup", "default", "deref", "deref_mut", "drain", "drop", "elapsed", "ends_with", "entry",
    "enumerate", "eq", "err", "exists", "expect", "extend", "extend_from_slice", "fetch_add", "fill", "filter", "filter_map", "find",
    "find_map", "finish", "first", "flat_map", "flatten", "floor", "flush", "fmt", "fold", "for_each", "from", "from_iter", "ge",
    "get", "get_mut", "get_or_insert_with", "get_unchecked", "hash", "index", "insert", "inspect", "into", "into_boxed_slice",
    "into_inner", "into_iter", "into_string", "into_vec", "is_alphabetic", "is_ascii", "is_char_boundary", "is_digit", "is_dir",
    "is_empty", "is_err", "is_file", "is_none", "is_ok", "is_some", "is_some_and", "iter", "iter_mut", "join", "keys", "kind",
    "last", "le", "leak", "len", "lines", "load", "lock", "lt", "map", "map_err", "map_or", "map_or_else", "max", "min", "mul", "ne",
    "neg", "next", "next_back", "not", "nth", "ok", "ok_or", "ok_or_else", "or", "or_default", "or_else", "or_insert",
    "or_insert_with", "parent", "parse", "partial_cmp", "partition", "path", "peek", "peekable", "pop", "pop_front", "position",
    "pow", "product", "push", "push_back", "push_str", "read", "read_exact", "read_line", "read_to_end", "read_to_string", "recv",
    "remove", "repeat", "replace", "reserve", "resize", "retain", "rev", "reverse", "rfind", "rposition", "saturating_sub", "send",
    "set", "shrink_to_fit", "skip", "sleep", "sort", "sort_by", "sort_by_key", "sort_unstable", "source", "spawn", "split",
    "split_at", "split_off", "split_whitespace", "splitn", "sqrt", "starts_with", "step_by", "store", "strip_prefix", "strip_suffix",
    "sub", "sum", "swap", "swap_remove", "take", "take_while", "then", "then_some", "to_ascii_lowercase", "to_le_bytes",
    "to_lowercase", "to_owned", "to_string", "to_uppercase", "to_vec", "trim", "trim_end", "trim_start", "truncate", "try_from",
    "try_into", "try_lock", "unwrap", "unwrap_err", "unwrap_or", "unwrap_or_default", "unwrap_or_else", "update", "values",
    "values_mut", "wait", "windows", "with_capacity", "wrapping_add", "write", "write_all", "write_fmt", "write_str", "zip",
];
