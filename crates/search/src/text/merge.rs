//! Which segments become one, and what of them is kept.

use std::{collections::HashSet, io, ops::Range, path::Path, sync::Arc};

use lectern_objects::{ObjectHash, Objects};

use super::{
    segment::Segment,
    segment_writer::{Kept, write_merged},
};

/// So many segments of about a size become one.
const ALIKE: usize = 4;
/// More segments than this are not left beside each other.
const MOST: usize = 12;

/// The neighbours to merge next, by the sizes of all segments, oldest first. Each byte is written again about as often as the size can be
/// divided by [`ALIKE`].
pub(crate) fn next_merge(sizes: &[u64]) -> Option<Range<usize>> {
    let mut start = sizes.len().checked_sub(1)?;
    let mut total = sizes[start];
    while start > 0 && (sizes[start - 1] <= total.saturating_mul(2) || sizes.len() > MOST) {
        start -= 1;
        total += sizes[start];
    }
    let range = start..sizes.len();
    (range.len() >= ALIKE || (range.len() > 1 && sizes.len() > MOST)).then_some(range)
}

/// Segments that become one.
pub(crate) struct Merging<'a> {
    pub segments: &'a [Arc<Segment>],
    /// Contents that stay, whether kept as objects or not.
    pub wanted: &'a HashSet<ObjectHash>,
    /// What is here belongs to a version; what a collection took belongs to none.
    pub objects: &'a Objects,
}

impl Merging<'_> {
    /// Writes what is still wanted of them.
    ///
    /// # Errors
    /// `InvalidData` when one of them is damaged, and I/O.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut next = 0;
        let mut kept = Vec::new();
        for segment in self.segments {
            let contents: Vec<(ObjectHash, u32)> = segment.contents().collect();
            let unsure: Vec<ObjectHash> = contents.iter().map(|(hash, _)| *hash).filter(|hash| !self.wanted.contains(hash)).collect();
            // Objects that can't be asked stay.
            let there = self.objects.contains_many(&unsure).unwrap_or_else(|_| vec![true; unsure.len()]);
            let gone: HashSet<ObjectHash> = unsure.into_iter().zip(there).filter(|(_, there)| !there).map(|(hash, _)| hash).collect();
            let mut used = vec![false; segment.blocks() as usize];
            let contents: Vec<(ObjectHash, u32)> = contents.into_iter().filter(|(hash, _)| !gone.contains(hash)).collect();
            for (_, block) in &contents {
                if let Some(used) = used.get_mut(*block as usize) {
                    *used = true;
                }
            }
            let blocks: Vec<Option<u32>> = used
                .into_iter()
                .map(|used| {
                    used.then(|| {
                        next += 1;
                        next - 1
                    })
                })
                .collect();
            let renumber = |(hash, block): (ObjectHash, u32)| Some((hash, blocks.get(block as usize).copied().flatten()?));
            let contents = contents.into_iter().filter_map(renumber).collect();
            kept.push(Kept { segment, blocks, contents });
        }
        write_merged(path, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_about_a_size_become_one() {
        assert_eq!(next_merge(&[]), None);
        assert_eq!(next_merge(&[100]), None);
        assert_eq!(next_merge(&[1000, 10, 10, 10]), None);
        assert_eq!(next_merge(&[1000, 10, 10, 10, 10]), Some(1..5));
        assert_eq!(next_merge(&[100, 10, 40, 20, 10]), Some(0..5));
    }

    #[test]
    fn there_are_never_many_segments() {
        let (mut sizes, mut written) = (Vec::new(), 0);
        for _ in 0..5000 {
            sizes.push(10_u64);
            while let Some(range) = next_merge(&sizes) {
                let total = sizes[range.clone()].iter().sum();
                written += total;
                sizes.splice(range, [total]);
            }
            assert!(sizes.len() <= MOST);
        }
        assert!(written < 50_000 * 12, "every byte was written {} times", written / 50_000);
    }
}
