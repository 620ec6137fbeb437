//! What of the standard library tells which field or method is meant.

use ra_ap_syntax::SmolStr;

use super::types::Ty;

/// `i32`, `str` and the like.
pub(super) fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
            | "f16"
            | "f128"
            | "never"
    )
}

/// Types and traits that need no import.
pub(super) fn is_builtin_type(name: &str) -> bool {
    is_primitive(name)
        || matches!(
            name,
            "Option"
                | "Result"
                | "Vec"
                | "String"
                | "Box"
                | "Send"
                | "Sync"
                | "Sized"
                | "Copy"
                | "Clone"
                | "Drop"
                | "Fn"
                | "FnMut"
                | "FnOnce"
                | "AsyncFn"
                | "AsyncFnMut"
                | "AsyncFnOnce"
                | "Iterator"
                | "IntoIterator"
                | "Extend"
                | "DoubleEndedIterator"
                | "ExactSizeIterator"
                | "Default"
                | "PartialEq"
                | "Eq"
                | "PartialOrd"
                | "Ord"
                | "AsRef"
                | "AsMut"
                | "Into"
                | "From"
                | "ToOwned"
                | "ToString"
                | "TryFrom"
                | "TryInto"
                | "FromIterator"
                | "Unpin"
                | "Debug"
                | "Hash"
        )
}

/// Values that need no import.
pub(super) fn is_prelude_value(name: &str) -> bool {
    matches!(name, "Some" | "None" | "Ok" | "Err" | "drop")
}

/// Macros of the standard library.
pub(super) fn is_known_macro(name: &str) -> bool {
    is_format_macro(name)
        || matches!(
            name,
            "vec"
                | "matches"
                | "dbg"
                | "assert"
                | "assert_eq"
                | "assert_ne"
                | "debug_assert"
                | "debug_assert_eq"
                | "debug_assert_ne"
                | "cfg"
                | "concat"
                | "stringify"
                | "include"
                | "include_str"
                | "include_bytes"
                | "env"
                | "option_env"
                | "line"
                | "column"
                | "file"
                | "module_path"
                | "compile_error"
                | "thread_local"
                | "try"
                | "asm"
                | "global_asm"
                | "naked_asm"
                | "offset_of"
                | "addr_of"
                | "addr_of_mut"
                | "pin"
        )
}

/// Macros of the standard library whose text names variables in braces; where in their arguments it is.
pub(super) fn is_format_macro(name: &str) -> bool {
    format_position(name).is_some()
}

/// Which argument is the text.
pub(super) fn format_position(name: &str) -> Option<usize> {
    match name {
        "format" | "format_args" | "print" | "println" | "eprint" | "eprintln" | "panic" | "unreachable" | "todo" | "unimplemented"
        | "const_format_args" => Some(0),
        "write" | "writeln" | "assert" | "debug_assert" => Some(1),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Some(2),
        _ => None,
    }
}

/// Macros of well-known libraries whose text names variables in braces the same way.
pub(super) fn is_format_like(name: &str) -> bool {
    matches!(
        name,
        "trace"
            | "debug"
            | "info"
            | "warn"
            | "error"
            | "log"
            | "anyhow"
            | "bail"
            | "ensure"
            | "format_err"
            | "span"
            | "event"
            | "info_span"
            | "debug_span"
            | "trace_span"
            | "warn_span"
            | "error_span"
            | "cprintln"
            | "ceprintln"
            | "expect_test"
            | "eyre"
            | "format_to"
            | "format_smolstr"
    )
}

/// What a library's type can be used as.
pub(super) fn dereferenced(name: &str, arguments: &[Ty]) -> Option<Ty> {
    match name {
        "Box" | "Rc" | "Arc" | "Ref" | "RefMut" | "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" | "Cow" | "Pin"
        | "ManuallyDrop" | "LazyLock" | "LazyCell" | "Lazy" | "Wrapping" | "AssertUnwindSafe" | "PeekMut" | "Reverse" => {
            arguments.first().cloned()
        }
        "Vec" | "SmallVec" | "ArrayVec" => Some(Ty::Slice(Box::new(arguments.first().cloned().unwrap_or(Ty::Unknown)))),
        "String" => Some(Ty::primitive("str")),
        _ => None,
    }
}

/// Whether a library's type has a method of its own that goes before any trait of the project.
pub(super) fn has_method(ty: &Ty, name: &str) -> bool {
    let Ty::External(owner, _) = ty else { return false };
    match owner.as_str() {
        "Rc" | "Arc" => name == "clone",
        "Option" | "Result" => {
            matches!(name, "unwrap" | "expect" | "map" | "as_ref" | "as_mut" | "ok" | "err" | "and_then" | "unwrap_or" | "take" | "iter")
        }
        "Vec" | "VecDeque" => {
            matches!(name, "push" | "pop" | "insert" | "remove" | "clear" | "len" | "is_empty" | "extend" | "truncate" | "drain")
        }
        "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "IndexMap" => {
            matches!(
                name,
                "get"
                    | "get_mut"
                    | "insert"
                    | "remove"
                    | "len"
                    | "is_empty"
                    | "entry"
                    | "contains"
                    | "contains_key"
                    | "keys"
                    | "values"
                    | "iter"
            )
        }
        "RefCell" => matches!(name, "borrow" | "borrow_mut"),
        "Mutex" => name == "lock",
        "RwLock" => matches!(name, "read" | "write"),
        _ => false,
    }
}

/// What is gone through by `for` or `.iter()`.
pub(super) fn item_of(ty: &Ty) -> Option<Ty> {
    match ty.bare() {
        Ty::Slice(inner) => Some((**inner).clone()),
        Ty::External(name, arguments) => match name.as_str() {
            "Vec" | "VecDeque" | "HashSet" | "BTreeSet" | "Option" | "Iterator" | "BinaryHeap" | "IndexSet" | "SmallVec" | "ArrayVec"
            | "LinkedList" | "Range" | "RangeInclusive" | "Receiver" | "Peekable" | "IntoIter" | "Iter" => arguments.first().cloned(),
            "HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap" => Some(Ty::Tuple(arguments.iter().take(2).cloned().collect())),
            "FxHashSet" | "AHashSet" => arguments.first().cloned(),
            "Box" | "Rc" | "Arc" | "Ref" | "RefMut" | "MutexGuard" => item_of(arguments.first()?),
            _ => None,
        },
        _ => None,
    }
}

fn option(ty: Ty) -> Ty {
    Ty::external("Option", vec![ty])
}

fn iterator(ty: Ty) -> Ty {
    Ty::external("Iterator", vec![ty])
}

/// What a method of a library's type gives; `result_of` is the type that the closure or value at an argument gives.
pub(super) fn method_result(ty: &Ty, name: &str, result_of: &dyn Fn(usize) -> Ty) -> Option<Ty> {
    if matches!(name, "clone" | "to_owned" | "by_ref" | "borrow_mut" | "borrow" | "as_ref" | "as_mut" | "into_boxed_slice" | "as_slice")
        && matches!(ty, Ty::Adt(..) | Ty::Slice(_) | Ty::Param(_) | Ty::Bounds(_))
    {
        return Some(if name == "to_owned" && matches!(ty, Ty::Slice(_)) { Ty::external("Vec", vec![item_of(ty)?]) } else { ty.clone() });
    }
    if name == "to_string" {
        return Some(Ty::external("String", Vec::new()));
    }
    if let Ty::Slice(inner) = ty {
        return slice_result(inner, name, result_of);
    }
    let Ty::External(owner, arguments) = ty else {
        return match (ty, name) {
            (
                Ty::Primitive(_),
                "clone" | "min" | "max" | "abs" | "pow" | "saturating_sub" | "saturating_add" | "wrapping_add" | "wrapping_sub",
            ) => Some(ty.clone()),
            (Ty::Primitive(text), "chars") if text == "str" => Some(iterator(Ty::primitive("char"))),
            (Ty::Primitive(text), "bytes") if text == "str" => Some(iterator(Ty::primitive("u8"))),
            (Ty::Primitive(text), "lines" | "split" | "split_whitespace") if text == "str" => Some(iterator(Ty::primitive("str"))),
            _ => None,
        };
    };
    let first = || arguments.first().cloned().unwrap_or(Ty::Unknown);
    let second = || arguments.get(1).cloned().unwrap_or(Ty::Unknown);
    if matches!(name, "clone" | "to_owned") {
        return Some(if owner == "Iterator" || !matches!(owner.as_str(), "Cow") { ty.clone() } else { first() });
    }
    match (owner.as_str(), name) {
        (
            "Option" | "Result",
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "get_or_insert_with" | "get_or_insert" | "insert",
        ) => Some(first()),
        (
            "Option",
            "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "take" | "cloned" | "copied" | "or" | "or_else" | "filter" | "replace"
            | "xor" | "inspect" | "as_slice",
        ) => Some(ty.clone()),
        ("Option", "map") => Some(option(result_of(0))),
        ("Option" | "Result", "and_then") => Some(result_of(0)),
        ("Option" | "Result", "map_or" | "map_or_else") => Some(result_of(1)),
        ("Option", "ok_or" | "ok_or_else" | "context" | "with_context") => Some(Ty::external("Result", vec![first(), result_of(0)])),
        ("Option", "zip") => Some(option(Ty::Tuple(vec![first(), item_of(&result_of(0))?]))),
        ("Option", "flatten") => Some(first()),
        (
            "Option" | "Result" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap" | "Range" | "IndexSet" | "FxHashSet",
            "iter" | "iter_mut" | "into_iter" | "drain",
        ) => Some(iterator(first())),
        ("Result", "ok") => Some(option(first())),
        ("Result", "err") => Some(option(second())),
        ("Result", "unwrap_err" | "expect_err") => Some(second()),
        ("Result", "map") => Some(Ty::external("Result", vec![result_of(0), second()])),
        ("Result", "map_err") => Some(Ty::external("Result", vec![first(), result_of(0)])),
        ("Result", "as_ref" | "as_mut" | "inspect_err" | "inspect" | "context" | "with_context" | "or_else" | "copied" | "cloned") => {
            Some(ty.clone())
        }
        ("HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap", _) => map_result(arguments, name),
        ("Entry", "or_insert" | "or_insert_with" | "or_default" | "or_insert_with_key") => Some(second()),
        ("Entry", "and_modify") => Some(ty.clone()),
        ("Mutex" | "RwLock", "lock" | "read" | "write" | "into_inner" | "get_mut" | "try_lock") => {
            Some(Ty::external("Result", vec![first(), Ty::Unknown]))
        }
        ("RefCell" | "Cell" | "OnceCell" | "OnceLock" | "UnsafeCell", "borrow" | "borrow_mut" | "into_inner" | "get_or_init") => {
            Some(first())
        }
        ("Cell", "get" | "take" | "replace") => Some(first()),
        ("OnceCell" | "OnceLock", "get" | "get_mut") => Some(option(first())),
        ("Receiver", "recv" | "try_recv") => Some(Ty::external("Result", vec![first(), Ty::Unknown])),
        (
            "VecDeque" | "BinaryHeap",
            "front" | "back" | "pop_front" | "pop_back" | "get" | "get_mut" | "front_mut" | "back_mut" | "pop" | "peek",
        ) => Some(option(first())),
        ("HashSet" | "BTreeSet" | "IndexSet", "get" | "take" | "first" | "last" | "pop_first") => Some(option(first())),
        ("Vec" | "SmallVec", "into_iter" | "drain") => Some(iterator(first())),
        ("Vec" | "SmallVec", "pop") => Some(option(first())),
        ("Vec" | "SmallVec", "remove" | "swap_remove") => Some(first()),
        ("Vec" | "SmallVec", _) => slice_result(&first(), name, result_of),
        ("Iterator" | "Range" | "Peekable" | "RangeInclusive", _) => iterator_result(&first(), name, result_of),
        ("JoinHandle", "join") => Some(Ty::external("Result", vec![first(), Ty::Unknown])),
        ("String", _) => method_result(&Ty::primitive("str"), name, result_of),
        _ => None,
    }
}

fn map_result(arguments: &[Ty], name: &str) -> Option<Ty> {
    let key = || arguments.first().cloned().unwrap_or(Ty::Unknown);
    let value = || arguments.get(1).cloned().unwrap_or(Ty::Unknown);
    match name {
        "get" | "get_mut" | "remove" | "insert" => Some(option(value())),
        "iter" | "iter_mut" | "into_iter" | "drain" | "range" => Some(iterator(Ty::Tuple(vec![key(), value()]))),
        "keys" | "into_keys" => Some(iterator(key())),
        "values" | "values_mut" | "into_values" => Some(iterator(value())),
        "entry" => Some(Ty::external("Entry", vec![key(), value()])),
        "first_key_value" | "last_key_value" | "pop_first" | "pop_last" | "get_key_value" | "remove_entry" => {
            Some(option(Ty::Tuple(vec![key(), value()])))
        }
        _ => None,
    }
}

fn slice_result(item: &Ty, name: &str, result_of: &dyn Fn(usize) -> Ty) -> Option<Ty> {
    let slice = || Ty::Slice(Box::new(item.clone()));
    match name {
        "iter" | "iter_mut" | "into_iter" => Some(iterator(item.clone())),
        "first" | "last" | "first_mut" | "last_mut" | "get" | "get_mut" => Some(option(item.clone())),
        "to_vec" | "into_vec" | "split_off" | "clone" => Some(Ty::external("Vec", vec![item.clone()])),
        "chunks" | "windows" | "chunks_exact" | "chunks_mut" | "split" => Some(iterator(slice())),
        "split_at" | "split_at_mut" => Some(Ty::Tuple(vec![slice(), slice()])),
        "split_first" | "split_last" => Some(option(Ty::Tuple(vec![item.clone(), slice()]))),
        "as_slice" | "as_mut_slice" => Some(slice()),
        "get_unchecked" | "get_unchecked_mut" => Some(item.clone()),
        "map" => Some(Ty::Slice(Box::new(result_of(0)))),
        _ => None,
    }
}

fn iterator_result(item: &Ty, name: &str, result_of: &dyn Fn(usize) -> Ty) -> Option<Ty> {
    match name {
        "next" | "last" | "nth" | "find" | "max" | "min" | "max_by_key" | "min_by_key" | "max_by" | "min_by" | "reduce" | "next_back"
        | "peek" | "rfind" | "next_if" | "peek_mut" => Some(option(item.clone())),
        "filter" | "skip" | "take" | "rev" | "peekable" | "chain" | "skip_while" | "take_while" | "inspect" | "cloned" | "copied"
        | "by_ref" | "fuse" | "cycle" | "step_by" | "into_iter" | "iter" | "sorted" | "sorted_by" | "sorted_by_key" | "unique" => {
            Some(iterator(item.clone()))
        }
        "map" => Some(iterator(result_of(0))),
        "filter_map" | "flat_map" | "map_while" => Some(iterator(item_of(&result_of(0)).unwrap_or(Ty::Unknown))),
        "flatten" => Some(iterator(item_of(item)?)),
        "enumerate" => Some(iterator(Ty::Tuple(vec![Ty::primitive("usize"), item.clone()]))),
        "zip" => Some(iterator(Ty::Tuple(vec![item.clone(), item_of(&result_of(0)).unwrap_or(Ty::Unknown)]))),
        "fold" => Some(result_of(0)),
        "find_map" => Some(result_of(0)),
        "sum" | "product" => Some(item.clone()),
        _ => None,
    }
}

/// The types of a closure's parameters that is given to a method of a library's type.
pub(super) fn closure_parameters(ty: &Ty, name: &str, argument: usize) -> Option<Vec<Ty>> {
    let each = |ty: &Ty| item_of(ty).map(|item| vec![item]);
    match ty {
        Ty::External(owner, arguments) => {
            let first = || arguments.first().cloned().unwrap_or(Ty::Unknown);
            let second = || arguments.get(1).cloned().unwrap_or(Ty::Unknown);
            match (owner.as_str(), name) {
                ("Option", "map" | "and_then" | "filter" | "is_some_and" | "is_none_or" | "inspect" | "map_or" | "map_or_else")
                | ("Result", "map" | "and_then" | "is_ok_and" | "inspect") => Some(vec![first()]),
                ("Result", "map_or") => Some(vec![first()]),
                ("Result", "map_or_else") => Some(vec![if argument == 0 { second() } else { first() }]),
                ("Result", "map_err" | "or_else" | "unwrap_or_else" | "inspect_err" | "is_err_and") => Some(vec![second()]),
                ("Entry", "and_modify") => Some(vec![second()]),
                ("HashMap" | "BTreeMap" | "IndexMap", "retain") => Some(vec![first(), second()]),
                ("Iterator" | "Range" | "Peekable" | "RangeInclusive", "fold" | "try_fold") => Some(vec![Ty::Unknown, first()]),
                ("Iterator", "reduce" | "max_by" | "min_by" | "sorted_by") => Some(vec![first(), first()]),
                ("Iterator" | "Range" | "Peekable" | "RangeInclusive", _) => Some(vec![first()]),
                ("LocalKey", "with") => Some(vec![first()]),
                ("Vec" | "VecDeque" | "SmallVec", "retain" | "retain_mut" | "dedup_by_key" | "extract_if") => Some(vec![first()]),
                ("HashSet" | "BTreeSet", "retain") => Some(vec![first()]),
                ("Vec" | "SmallVec", _) => closure_parameters(&Ty::Slice(Box::new(first())), name, argument),
                _ => None,
            }
        }
        Ty::Slice(inner) => match name {
            "sort_by" | "sort_unstable_by" | "dedup_by" => Some(vec![(**inner).clone(), (**inner).clone()]),
            "sort_by_key"
            | "sort_unstable_by_key"
            | "binary_search_by"
            | "binary_search_by_key"
            | "partition_point"
            | "sort_by_cached_key"
            | "map" => each(ty),
            _ => None,
        },
        _ => None,
    }
}

/// What a function of a library's type gives: `Vec::new()`, `Box::new(x)`.
pub(super) fn function_result(owner: &str, name: &str, arguments: Vec<Ty>, given: &dyn Fn(usize) -> Ty) -> Option<Ty> {
    let made = |arguments: Vec<Ty>| Some(Ty::External(SmolStr::new(owner), arguments));
    match (owner, name) {
        ("Box" | "Rc" | "Arc" | "RefCell" | "Cell" | "Mutex" | "RwLock" | "ManuallyDrop" | "Wrapping" | "Reverse", "new" | "from") => {
            made(vec![given(0)])
        }
        ("Pin", "new" | "new_unchecked") | ("Box", "pin") => Some(given(0)),
        ("Rc" | "Arc", "clone") => Some(given(0).bare().clone()),
        ("Cow", "Borrowed" | "Owned" | "from") => made(vec![given(0).bare().clone()]),
        (_, "new" | "default" | "with_capacity" | "from" | "from_iter" | "new_in" | "with_hasher") => made(arguments),
        ("mem", "take" | "replace") => Some(given(0).bare().clone()),
        ("iter", "once") => Some(iterator(given(0))),
        ("Option", "Some") => Some(option(given(0))),
        _ => None,
    }
}
