//! git's wildmatch as a small automaton, so that no pattern can make it slow.

/// A compiled wildcard pattern.
#[derive(Debug)]
pub(super) struct Glob {
    steps: Vec<Step>,
    fold_case: bool,
}

#[derive(Debug, PartialEq)]
enum Step {
    /// This byte.
    Byte(u8),
    /// `?`: any byte but `/`.
    One,
    /// `[…]`: a byte of the set, never `/`.
    Set(Box<[bool; 256]>),
    /// `*`: any bytes but `/`.
    Star,
    /// `**`: any bytes.
    Everything,
    /// `**/`, first half: nothing, or what the second half takes.
    MaybeDirectories,
    /// `**/`, second half: any bytes up to and with a `/`.
    Directories,
}

impl Glob {
    /// Compiles `pattern`; `None` when git would never match it (an unclosed set, a trailing backslash). `in_path` gives `/` its meaning;
    /// without it (the pattern is matched against one name) there is no `/` to meet.
    pub fn new(pattern: &[u8], fold_case: bool) -> Option<Self> {
        let mut steps = Vec::with_capacity(pattern.len());
        let mut at = 0;
        while at < pattern.len() {
            match pattern[at] {
                b'*' => {
                    let stars = pattern[at..].iter().take_while(|b| **b == b'*').count();
                    let before = at == 0 || pattern[at - 1] == b'/';
                    at += stars;
                    let rest = &pattern[at..];
                    if stars > 1 && before && (rest.is_empty() || rest[0] == b'/' || rest.starts_with(b"\\/")) {
                        if rest.first() == Some(&b'/') {
                            steps.extend([Step::MaybeDirectories, Step::Directories]);
                            at += 1;
                        } else {
                            steps.push(Step::Everything);
                        }
                    } else {
                        steps.push(Step::Star);
                    }
                }
                b'?' => {
                    steps.push(Step::One);
                    at += 1;
                }
                b'[' => {
                    let (set, end) = parse_set(pattern, at, fold_case)?;
                    steps.push(Step::Set(set));
                    at = end;
                }
                b'\\' => {
                    steps.push(Step::Byte(fold(*pattern.get(at + 1)?, fold_case)));
                    at += 2;
                }
                byte => {
                    steps.push(Step::Byte(fold(byte, fold_case)));
                    at += 1;
                }
            }
        }
        Some(Self { steps, fold_case })
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &[u8]) -> bool {
        let end = self.steps.len();
        let mut states = vec![false; end + 1];
        let mut next = vec![false; end + 1];
        states[0] = true;
        self.follow_empty(&mut states);
        for byte in text {
            let byte = fold(*byte, self.fold_case);
            next.fill(false);
            let mut alive = false;
            for (state, step) in self.steps.iter().enumerate() {
                if !states[state] {
                    continue;
                }
                let (stay, advance) = match step {
                    Step::Byte(wanted) => (false, byte == *wanted),
                    Step::One => (false, byte != b'/'),
                    Step::Set(set) => (false, set[usize::from(byte)]),
                    Step::Star => (byte != b'/', false),
                    Step::Everything => (true, false),
                    Step::MaybeDirectories => (false, false),
                    Step::Directories => (true, byte == b'/'),
                };
                next[state] |= stay;
                next[state + 1] |= advance;
                alive |= stay || advance;
            }
            if !alive {
                return false;
            }
            std::mem::swap(&mut states, &mut next);
            self.follow_empty(&mut states);
        }
        states[end]
    }

    /// Adds the states that are reached without reading a byte.
    fn follow_empty(&self, states: &mut [bool]) {
        for (state, step) in self.steps.iter().enumerate() {
            if states[state] {
                match step {
                    Step::Star | Step::Everything => states[state + 1] = true,
                    Step::MaybeDirectories => {
                        states[state + 1] = true;
                        states[state + 2] = true;
                    }
                    _ => {}
                }
            }
        }
    }
}

fn fold(byte: u8, fold_case: bool) -> u8 {
    if fold_case { byte.to_ascii_lowercase() } else { byte }
}

/// Reads the set that opens at `at`; gives its members and where the pattern goes on. Follows wildmatch.c line by line.
fn parse_set(pattern: &[u8], at: usize, fold_case: bool) -> Option<(Box<[bool; 256]>, usize)> {
    let mut set = Box::new([false; 256]);
    let mut p = at + 1;
    let negated = matches!(pattern.get(p), Some(b'!' | b'^'));
    p += usize::from(negated);
    let mut previous = 0_u8;
    loop {
        let mut current = *pattern.get(p)?;
        if current == b'\\' {
            p += 1;
            current = *pattern.get(p)?;
            set[usize::from(current)] = true;
        } else if current == b'-' && previous != 0 && pattern.get(p + 1).is_some_and(|b| *b != b']') {
            p += 1;
            let mut last = pattern[p];
            if last == b'\\' {
                p += 1;
                last = *pattern.get(p)?;
            }
            for member in previous..=last {
                set[usize::from(member)] = true;
                if fold_case {
                    set[usize::from(member.to_ascii_lowercase())] = true;
                }
            }
            current = 0;
        } else if current == b'[' && pattern.get(p + 1) == Some(&b':') {
            let name_start = p + 2;
            let close = name_start + pattern[name_start..].iter().position(|b| *b == b']')?;
            if close > name_start && pattern[close - 1] == b':' {
                add_class(&mut set, &pattern[name_start..close - 1], fold_case)?;
                p = close;
                current = 0;
            } else {
                set[usize::from(b'[')] = true;
            }
        } else {
            set[usize::from(current)] = true;
        }
        previous = current;
        p += 1;
        if *pattern.get(p)? == b']' {
            break;
        }
    }
    if negated {
        set.iter_mut().for_each(|member| *member = !*member);
    }
    set[usize::from(b'/')] = false;
    Some((set, p + 1))
}

fn add_class(set: &mut [bool; 256], name: &[u8], fold_case: bool) -> Option<()> {
    let holds: fn(u8) -> bool = match name {
        b"alnum" => |b| b.is_ascii_alphanumeric(),
        b"alpha" => |b| b.is_ascii_alphabetic(),
        b"blank" => |b| b == b' ' || b == b'\t',
        b"cntrl" => |b| b.is_ascii_control(),
        b"digit" => |b| b.is_ascii_digit(),
        b"graph" => |b| b.is_ascii_graphic(),
        b"lower" => |b| b.is_ascii_lowercase(),
        b"print" => |b| b == b' ' || b.is_ascii_graphic(),
        b"punct" => |b| b.is_ascii_punctuation(),
        // git's isspace() leaves out vertical tab and form feed.
        b"space" => |b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'),
        b"upper" => |b| b.is_ascii_uppercase(),
        b"xdigit" => |b| b.is_ascii_hexdigit(),
        _ => return None,
    };
    for byte in 0..=255_u8 {
        if holds(byte) || (fold_case && name == b"upper" && byte.is_ascii_lowercase()) {
            set[usize::from(byte)] = true;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_mean_what_git_says() {
        for (pattern, text, expected) in [
            ("*.rs", "main.rs", true),
            ("*.rs", "src/main.rs", false),
            ("**/b", "b", true),
            ("**/b", "x/y/b", true),
            ("**/b", "x/yb", false),
            ("a/**", "a/x/y", true),
            ("a/**", "a", false),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "axb", false),
            ("a**b", "a/b", false),
            ("a**b", "axyb", true),
            ("[[:alpha:]]", "q", true),
            ("[[:alpha:]]", "1", false),
            ("[!a-c]x", "dx", true),
            ("[!a-c]x", "bx", false),
            ("[]-]", "]", true),
            ("[]-]", "-", true),
            ("a[/]b", "a/b", false),
            ("{a,b}", "a", false),
            ("{a,b}", "{a,b}", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("a?c", "a/c", false),
        ] {
            let found = Glob::new(pattern.as_bytes(), false).is_some_and(|glob| glob.matches(text.as_bytes()));
            assert_eq!(found, expected, "{pattern} on {text}");
        }
        assert!(Glob::new(b"[a", false).is_none(), "an unclosed set matches nothing");
        assert!(Glob::new(b"a\\", false).is_none(), "a trailing backslash matches nothing");
    }

    #[test]
    fn a_pattern_made_to_explode_stays_quick() {
        let pattern = "**/a*".repeat(60);
        let text = "a/".repeat(2000);
        let started = std::time::Instant::now();
        let glob = Glob::new(pattern.as_bytes(), false).expect("compiles");
        assert!(!glob.matches(format!("{text}b").as_bytes()));
        assert!(started.elapsed().as_secs() < 2, "took {:?}", started.elapsed());
    }
}
