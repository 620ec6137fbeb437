//! Names of members that say nothing of whose they are.

use std::collections::HashSet;

/// Members that the standard types of many languages have: one is a use only where its type is named near by.
const COMMON: &str = "
    abs accept add all and_then any append apply args as_bytes as_deref as_mut as_path as_ref
    as_slice as_str assert at back bind body borrow build bytes call cancel catch ceil
    chain changed char chars check child children chunks clear click clone cloned close closed
    cmp code collect concat config connect contains content context copied copy count create cursor
    data debug decode default delete describe disabled disconnect dispatch display drain drop each emit
    enabled encode end ends_with enter entries entry enumerate env eq err error event every
    exec exists exit expect extend field fields file files fill filter filter_map find find_map
    finish first flat_map flatten floor flush fmt focus fold forEach for_each format from get
    get_mut get_or_init get_or_insert_with handle has hash head header headers height hint host id inc
    includes index indexOf info init inner input insert into into_inner into_iter is_dir is_empty is_err
    is_file is_none is_ok is_some is_some_and item items iter iter_mut join key keys kind label
    language last left len length level limit line lines list listen load lock log
    lookup map map_err map_or map_or_else match matches max max_by_key message metadata method min min_by_key
    mode mut name names next node nodes none notify now nth of off offset
    ok ok_or ok_or_else on open options or or_default or_else or_insert or_insert_with order output owner
    parent parse partition path paths peek poll pop port pos position prefix prepare prev
    print progress push push_str put query range read reader recv reduce ref refresh register
    release remove render repeat replace report request reserve reset resize resolve response result resume
    retain rev reverse right root round row rows run save scan score search select
    self send set shape show shown shutdown size skip slice some sort sort_by sort_by_key
    source spawn split split_at split_once splitn start starts_with state status step stop str string
    strip_prefix strip_suffix style sub subscribe sum swap symbols take take_while target test text then
    then_some tick time title toString to_lowercase to_owned to_path_buf to_string to_vec token total trim trim_end
    trim_start truncate try_from try_into type unwrap unwrap_or unwrap_or_default unwrap_or_else update url use user value
    values version visit wait walk where width windows with wrap write write_all write_str writer
    x y zip
";

/// See [`COMMON`].
pub(super) fn common() -> HashSet<&'static str> {
    COMMON.split_whitespace().collect()
}
