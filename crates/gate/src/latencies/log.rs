//! The intervals of a log, added up by tag.
//!
//! A line is an interval, `Tag=NAME,start,length,max,histogram` or without the tag; other lines are comments and names
//! of columns. A last line without its end was cut off while it was written, and is left out.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read},
};

use super::packed::Packed;

/// A line of one second and one endpoint has a few kilobytes.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Ten hours of a hundred endpoints are less; nobody has so many tags.
const MOST_TAGS: usize = 10_000;

/// Values and how often they occurred.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    /// Both ends of a bin, in microseconds, and its count.
    bins: BTreeMap<(u64, u64), u64>,
    total: u64,
}

impl Counts {
    fn add(&mut self, packed: &Packed) -> Option<()> {
        for &(index, count) in &packed.counts {
            *self.bins.entry(packed.bins.values(index)?).or_default() += count;
            self.total = self.total.checked_add(count)?;
        }
        Some(())
    }

    /// How many values there are.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The bin of the value at `rank`, counted from 1.
    pub(super) fn at(&self, rank: u64) -> Option<(u64, u64)> {
        let mut seen = 0;
        self.bins.iter().find_map(|(&bin, &count)| {
            seen += count;
            (seen >= rank).then_some(bin)
        })
    }
}

/// Adds up the intervals of a log by tag, those without one under the empty name; an error says what is wrong with it.
pub(super) fn read(mut log: impl BufRead) -> Result<BTreeMap<String, Counts>, String> {
    let mut tags: BTreeMap<String, Counts> = BTreeMap::new();
    let mut line = Vec::new();
    for number in 1_usize.. {
        line.clear();
        let read = (&mut log).take(LONGEST_LINE).read_until(b'\n', &mut line);
        let length = read.map_err(|fault: io::Error| format!("it cannot be read: {fault}"))?;
        if line.last() != Some(&b'\n') {
            return match length as u64 {
                LONGEST_LINE => Err(format!("line {number} has no end")),
                _ => Ok(tags),
            };
        }
        let text = std::str::from_utf8(&line).map_err(|_| format!("line {number} is no text"))?;
        interval(text.trim_end(), &mut tags).map_err(|what| format!("line {number} {what}"))?;
    }
    Ok(tags)
}

fn interval(line: &str, tags: &mut BTreeMap<String, Counts>) -> Result<(), &'static str> {
    if line.is_empty() || line.starts_with(['#', '"']) {
        return Ok(());
    }
    let (tag, fields) = match line.strip_prefix("Tag=") {
        Some(tagged) => tagged.split_once(',').ok_or("has no fields behind its tag")?,
        None => ("", line),
    };
    let histogram = fields.splitn(4, ',').nth(3).ok_or("has too few fields")?;
    let packed = Packed::read(histogram).ok_or("holds no HdrHistogram (V2, compressed)")?;
    if tags.len() >= MOST_TAGS && !tags.contains_key(tag) {
        return Err("begins yet another tag");
    }
    let counts = tags.entry(tag.to_owned()).or_default();
    counts.add(&packed).ok_or("counts more than there can be")
}

#[cfg(test)]
mod tests {
    use hdrhistogram::{
        Histogram,
        serialization::{
            V2DeflateSerializer,
            interval_log::{IntervalLogWriterBuilder, Tag},
        },
    };
    use proptest::prelude::{any, prop_assert, proptest};
    use std::time::Duration;

    use super::read;

    /// A log as the reference writes it: even values without a tag, all values under one.
    fn log(values: &[u64]) -> (Vec<u8>, Histogram<u64>) {
        let mut whole = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).unwrap();
        let mut bytes = Vec::new();
        let mut serializer = V2DeflateSerializer::new();
        let mut writer = IntervalLogWriterBuilder::new()
            .add_comment("[made up]")
            .begin_log_with(&mut bytes, &mut serializer)
            .unwrap();
        for (second, values) in values.chunks(50).enumerate() {
            let mut interval = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).unwrap();
            values.iter().for_each(|value| interval.record(*value).unwrap());
            whole.add(&interval).unwrap();
            let begins = Duration::from_secs(second as u64);
            for tag in [None, Tag::new("GET:/")] {
                writer.write_histogram(&interval, begins, Duration::from_secs(1), tag).unwrap();
            }
        }
        (bytes, whole)
    }

    fn values() -> Vec<u64> {
        // Spread over five decades, without luck: a multiplicative sequence modulo a prime.
        let mut state = 7_u64;
        (0..1000)
            .map(|at| {
                state = state * 48_271 % 2_147_483_647;
                state % 10_u64.pow(2 + at % 5) + 1
            })
            .collect()
    }

    #[test]
    fn every_rank_is_that_of_the_reference_implementation() {
        let (bytes, whole) = log(&values());
        let tags = read(bytes.as_slice()).unwrap();
        assert_eq!(tags.keys().map(String::as_str).collect::<Vec<_>>(), ["", "GET:/"]);
        for counts in tags.values() {
            assert_eq!(counts.total(), whole.len());
            for rank in 1..=whole.len() {
                let value = whole.value_at_quantile((rank as f64 - 0.5) / whole.len() as f64);
                assert_eq!(
                    counts.at(rank),
                    Some((whole.lowest_equivalent(value), whole.highest_equivalent(value)))
                );
            }
            assert_eq!(counts.at(whole.len() + 1), None);
        }
    }

    #[test]
    fn a_line_that_was_cut_off_is_left_out() {
        let (bytes, _) = log(&values()[..100]);
        let tags = read(&bytes[..bytes.len() - 9]).unwrap();
        assert_eq!((tags[""].total(), tags["GET:/"].total()), (100, 50));
    }

    #[test]
    fn what_is_no_log_is_named_by_its_line() {
        let told = ["#[comment]\n1,2,3\n", "1,2,3,HISTF\n", "Tag=x\n", "1,2,3,HISTFAAAAAQAAAAA\n"];
        let told = told.map(|text| read(text.as_bytes()).unwrap_err()).join("\n");
        insta::assert_snapshot!(told, @r"
        line 2 has too few fields
        line 1 holds no HdrHistogram (V2, compressed)
        line 1 has no fields behind its tag
        line 1 holds no HdrHistogram (V2, compressed)
        ");
        assert!(read(&b"\xff\n"[..]).is_err());
    }

    proptest! {
        #[test]
        fn a_changed_byte_never_ends_the_program(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
            let (mut bytes, _) = log(&values()[..100]);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(tags) = read(bytes.as_slice()) {
                prop_assert!(tags.values().all(|counts| counts.at(0).is_some() || counts.total() == 0));
            }
        }
    }
}
