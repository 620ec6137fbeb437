//! Counting right and wrong answers.

use lectern_anchor::LineRange;

/// An answer: a path and lines there, or that nothing is left.
pub type Answer<'a> = Option<(&'a str, LineRange)>;

/// Counts over a set of records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    pub survivors: u32,
    pub exact: u32,
    pub given: u32,
    /// A place that is more than a line off.
    pub wrong: u32,
    pub renamed: u32,
    pub renamed_exact: u32,
    pub deletions: u32,
    pub false_anchors: u32,
}

impl Score {
    /// Counts one answer.
    pub fn count(&mut self, right: Answer<'_>, renamed: bool, given: Answer<'_>) {
        let Some((path, range)) = right else {
            self.deletions += 1;
            self.false_anchors += u32::from(given.is_some());
            return;
        };
        self.survivors += 1;
        self.renamed += u32::from(renamed);
        let Some((place, lines)) = given else { return };
        self.given += 1;
        let exact = place == path && lines == range;
        let near = place == path && lines.start().abs_diff(range.start()) <= 1 && lines.end().abs_diff(range.end()) <= 1;
        self.exact += u32::from(exact);
        self.renamed_exact += u32::from(exact && renamed);
        self.wrong += u32::from(!near);
    }

    /// A row of the table, without its name.
    #[allow(dead_code, reason = "for tables only")]
    pub fn row(&self) -> String {
        let share = |part: u32, whole: u32| {
            if whole == 0 {
                "      -       ".to_owned()
            } else {
                format!("{:5.1} %/{whole:<5}", 100.0 * f64::from(part) / f64::from(whole))
            }
        };
        format!(
            "{} {} {} {} {}",
            share(self.exact, self.survivors),
            share(self.renamed_exact, self.renamed),
            share(self.false_anchors, self.deletions),
            share(self.given, self.survivors),
            share(self.wrong, self.given)
        )
    }

    /// What [`Self::row`] holds.
    #[allow(dead_code, reason = "for tables only")]
    pub const HEAD: &'static str = "exact         exact, moved   false anchor   given a place  of these wrong";
}
