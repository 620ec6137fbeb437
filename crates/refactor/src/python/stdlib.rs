//! Names that Python itself has.

/// Whether a module of this name comes with Python.
pub(crate) fn is_standard(module: &str) -> bool {
    MODULES.binary_search(&module).is_ok()
}

/// Whether a name is built in.
pub(crate) fn is_builtin(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok()
}

/// Whether a name is reserved.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// Whether lists, dictionaries, strings, files and their like have a method of this name.
pub(crate) fn is_common_method(name: &str) -> bool {
    COMMON_METHODS.binary_search(&name).is_ok()
}

#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

#[rustfmt::skip]
const MODULES: &[&str] = &[
    "__future__", "abc", "aifc", "antigravity", "argparse", "array", "ast", "asynchat", "asyncio", "asyncore", "atexit", "audioop",
    "base64", "bdb", "binascii", "bisect", "builtins", "bz2", "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code",
    "codecs", "codeop", "collections", "colorsys", "compileall", "concurrent", "configparser", "contextlib", "contextvars", "copy",
    "copyreg", "crypt", "csv", "ctypes", "curses", "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis", "distutils",
    "doctest", "email", "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch",
    "fractions", "ftplib", "functools", "gc", "genericpath", "getopt", "getpass", "gettext", "glob", "graphlib", "grp", "gzip",
    "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib", "imghdr", "imp", "importlib", "inspect", "io", "ipaddress",
    "itertools", "json", "keyword", "lib2to3", "linecache", "locale", "logging", "lzma", "mailbox", "mailcap", "marshal", "math",
    "mimetypes", "mmap", "modulefinder", "msilib", "msvcrt", "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath",
    "nturl2path", "numbers", "opcode", "operator", "optparse", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools",
    "pipes", "pkgutil", "platform", "plistlib", "poplib", "posix", "posixpath", "pprint", "profile", "pstats", "pty", "pwd",
    "py_compile", "pyclbr", "pydoc", "pydoc_data", "pyexpat", "queue", "quopri", "random", "re", "readline", "reprlib", "resource",
    "rlcompleter", "runpy", "sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site", "smtpd",
    "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "sre_compile", "sre_constants", "sre_parse", "ssl", "stat",
    "statistics", "string", "stringprep", "struct", "subprocess", "sunau", "symtable", "sys", "sysconfig", "syslog", "tabnanny",
    "tarfile", "telnetlib", "tempfile", "termios", "textwrap", "this", "threading", "time", "timeit", "tkinter", "token", "tokenize",
    "tomllib", "trace", "traceback", "tracemalloc", "tty", "turtle", "turtledemo", "types", "typing", "unicodedata", "unittest",
    "urllib", "uu", "uuid", "venv", "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound", "wsgiref", "xdrlib", "xml",
    "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo",
];

#[rustfmt::skip]
const BUILTINS: &[&str] = &[
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError",
    "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError",
    "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError", "Ellipsis", "EncodingWarning",
    "EnvironmentError", "Exception", "ExceptionGroup", "FileExistsError", "FileNotFoundError", "FloatingPointError", "FutureWarning",
    "GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError", "InterruptedError",
    "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError", "ModuleNotFoundError", "NameError",
    "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError", "OverflowError", "PendingDeprecationWarning",
    "PermissionError", "ProcessLookupError", "RecursionError", "ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning",
    "StopAsyncIteration", "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError",
    "TypeError", "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError",
    "UnicodeWarning", "UserWarning", "ValueError", "Warning", "ZeroDivisionError", "__doc__", "__file__", "__import__", "__name__",
    "__package__", "__path__", "abs", "aiter", "all", "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes",
    "callable", "chr", "classmethod", "compile", "complex", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "exit",
    "filter", "float", "format", "frozenset", "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int",
    "isinstance", "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview", "min", "next", "object", "oct", "open",
    "ord", "pow", "print", "property", "quit", "range", "repr", "reveal_type", "reversed", "round", "set", "setattr", "slice",
    "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "vars", "zip",
];

#[rustfmt::skip]
const COMMON_METHODS: &[&str] = &[
    "absolute", "add", "anchor", "append", "as_integer_ratio", "as_posix", "as_uri", "astimezone", "bit_count", "bit_length",
    "buffer", "capitalize", "casefold", "center", "chmod", "clear", "close", "closed", "combine", "conjugate", "copy", "count",
    "ctime", "cwd", "date", "day", "debug", "decode", "denominator", "detach", "difference", "difference_update", "discard", "drive",
    "dst", "encode", "encoding", "end", "endpos", "endswith", "error", "errors", "exists", "expand", "expandtabs", "expanduser",
    "extend", "fileno", "find", "findall", "finditer", "flags", "flush", "fold", "format", "format_map", "from_bytes", "fromhex",
    "fromisocalendar", "fromisoformat", "fromkeys", "fromordinal", "fromtimestamp", "fullmatch", "get", "getbuffer", "getvalue",
    "glob", "group", "groupdict", "groupindex", "groups", "hardlink_to", "hex", "home", "hour", "imag", "index", "insert",
    "intersection", "intersection_update", "is_absolute", "is_block_device", "is_char_device", "is_dir", "is_fifo", "is_file",
    "is_integer", "is_mount", "is_relative_to", "is_reserved", "is_socket", "is_symlink", "isalnum", "isalpha", "isascii", "isatty",
    "isdecimal", "isdigit", "isdisjoint", "isidentifier", "islower", "isnumeric", "isocalendar", "isoformat", "isoweekday",
    "isprintable", "isspace", "issubset", "issuperset", "istitle", "isupper", "items", "iterdir", "join", "joinpath", "keys",
    "lastgroup", "lastindex", "lchmod", "line_buffering", "link_to", "ljust", "log", "lower", "lstat", "lstrip", "maketrans", "match",
    "max", "microsecond", "min", "minute", "mkdir", "month", "name", "newlines", "now", "numerator", "open", "owner", "parent",
    "parents", "partition", "parts", "pattern", "pop", "popitem", "pos", "re", "read", "read1", "read_bytes", "read_text", "readable",
    "readinto", "readinto1", "readline", "readlines", "readlink", "real", "reconfigure", "regs", "relative_to", "remove",
    "removeprefix", "removesuffix", "rename", "replace", "resolution", "resolve", "reverse", "rfind", "rglob", "rindex", "rjust",
    "rmdir", "root", "rpartition", "rsplit", "rstrip", "samefile", "scanner", "search", "second", "seek", "seekable", "setdefault",
    "sort", "span", "split", "splitlines", "startswith", "stat", "stem", "strftime", "string", "strip", "strptime", "sub", "subn",
    "suffix", "suffixes", "swapcase", "symlink_to", "symmetric_difference", "symmetric_difference_update", "tell", "time",
    "timestamp", "timetuple", "timetz", "title", "to_bytes", "today", "toordinal", "touch", "translate", "truncate", "tzinfo",
    "tzname", "union", "unlink", "update", "upper", "utcfromtimestamp", "utcnow", "utcoffset", "utctimetuple", "values", "warning",
    "weekday", "with_name", "with_stem", "with_suffix", "writable", "write", "write_bytes", "write_text", "write_through",
    "writelines", "year", "zfill",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_their_search() {
        for list in [KEYWORDS, MODULES, BUILTINS, COMMON_METHODS] {
            assert!(list.is_sorted());
        }
        assert!(is_standard("os") && is_builtin("len") && is_keyword("lambda") && is_common_method("append"));
    }
}
