//! From a feature's name to its position, made for readers that meet the names in order.
//!
//! [`Names::hinted`] compares the input with the one name that is expected next, quotes included, in a single
//! comparison; only where that fails is the name cut out and looked up by [`Names::find`] in a small open-addressed
//! table. Clients send keys in the order they were documented, so the table is rarely touched. Names that JSON must
//! escape are found by the table alone.

/// Multiplier of the 64-bit FNV-1a hash.
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;
/// Starting value of the 64-bit FNV-1a hash.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
/// A table slot that holds no feature.
const EMPTY: u32 = u32::MAX;

/// Names of one schema, laid out for lookup.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Names {
    /// Every name between its quotes, one after the other.
    quoted: Box<[u8]>,
    /// Where name `j` starts in `quoted`; one entry more than names.
    starts: Box<[u32]>,
    /// Whether JSON must escape a character of name `j`.
    escaped: Box<[bool]>,
    /// Open-addressed hash table of positions; its length is a power of two and at least twice the names.
    table: Box<[u32]>,
}

impl Names {
    /// Lays out `names`, which must be distinct.
    pub(crate) fn new<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let mut table = vec![EMPTY; (names.len() * 2).next_power_of_two()].into_boxed_slice();
        let mut quoted = Vec::new();
        let mut starts = vec![0];
        let mut escaped = Vec::new();
        for (position, name) in names.enumerate() {
            quoted.push(b'"');
            quoted.extend_from_slice(name.as_bytes());
            quoted.push(b'"');
            starts.push(quoted.len() as u32);
            escaped.push(name.contains(['"', '\\']));
            let mut slot = hash(name.as_bytes()) as usize & (table.len() - 1);
            while table[slot] != EMPTY {
                slot = (slot + 1) & (table.len() - 1);
            }
            table[slot] = position as u32;
        }
        Self { quoted: quoted.into(), starts: starts.into(), escaped: escaped.into(), table }
    }

    /// Length in bytes, with both quotes, of name `position` if `input` begins with it.
    #[inline]
    pub(crate) fn hinted(&self, position: usize, input: &[u8]) -> Option<usize> {
        let expected = self.quoted(position)?;
        if !input.starts_with(expected) {
            return None;
        }
        // A backslash within would begin an escape, a quote would end the name: such a name is never sent like this.
        (!self.escaped[position]).then_some(expected.len())
    }

    /// Position of `name`, given without quotes.
    pub(crate) fn find(&self, name: &[u8]) -> Option<usize> {
        let mut slot = hash(name) as usize & (self.table.len() - 1);
        loop {
            let position = self.table[slot];
            if position == EMPTY {
                return None;
            }
            let candidate = self.quoted(position as usize)?;
            if &candidate[1..candidate.len() - 1] == name {
                return Some(position as usize);
            }
            slot = (slot + 1) & (self.table.len() - 1);
        }
    }

    #[inline]
    fn quoted(&self, position: usize) -> Option<&[u8]> {
        let start = *self.starts.get(position)?;
        let end = *self.starts.get(position + 1)?;
        Some(&self.quoted[start as usize..end as usize])
    }
}

fn hash(name: &[u8]) -> u64 {
    let mixed = name.iter().fold(FNV_BASIS, |h, &b| (h ^ u64::from(b)).wrapping_mul(FNV_PRIME));
    // The low bits of FNV depend on the low bits of the input only; fold the high ones in.
    mixed ^ (mixed >> 32)
}
