//! One histogram as text: HdrHistogram's V2 form, deflated, in base64, as in the lines of an interval log.
//!
//! Reading believes no length before it is checked: what is inflated is bounded, and only histograms of our own bounds are
//! taken.

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::ZlibDecoder;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};

use super::node::{Fault, Node};
use crate::counts::LONGEST_US;

/// The deflated form and the plain one below it, as their first four bytes.
const DEFLATED: u32 = 0x1C84_9314;
const PLAIN: u32 = 0x1C84_9313;

/// Cookie, length, offset, digits, lowest, highest, ratio.
const HEADER_BYTES: usize = 40;

/// All counts of a histogram with three digits up to a minute, nine bytes each, and the header.
const MOST_BYTES: u64 = 17_408 * 9 + HEADER_BYTES as u64;

/// The histogram as text.
pub(super) fn pack(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new()
        .serialize(histogram, &mut bytes)
        .expect("a vector takes every byte, and no histogram of a minute is too large");
    STANDARD.encode(bytes)
}

/// The histogram with so many digits that a text holds.
pub(super) fn unpack(node: &Node<'_>, digits: u8) -> Result<Histogram<u64>, Fault> {
    let text = node.text()?;
    let read = STANDARD.decode(text).ok().and_then(|bytes| inflate(&bytes));
    let plain = read.ok_or_else(|| {
        node.fault("is no HdrHistogram: V2, deflated, in base64, as its compressed logs have them")
    })?;
    if !has_bounds(&plain, digits) {
        return Err(node
            .fault(format!("must be a histogram from 1 to {LONGEST_US} us with {digits} digits")));
    }
    let histogram: Histogram<u64> = Deserializer::new()
        .deserialize(&mut &plain[..])
        .map_err(|fault| node.fault(format!("is no whole histogram: {fault}")))?;
    let mut counted = histogram.iter_recorded().map(|step| step.count_at_value());
    let all = counted.try_fold(0_u64, |sum, count| sum.checked_add(count));
    let is_in_bounds = histogram.lowest_equivalent(histogram.max()) <= LONGEST_US;
    if all != Some(histogram.len()) || !is_in_bounds || histogram.count_at(0) > 0 {
        return Err(node.fault("holds more values, or others, than a run counts"));
    }
    Ok(histogram)
}

/// The plain form of the deflated one; nothing of anything else or of more than there can be.
fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let (cookie, rest) = bytes.split_first_chunk::<4>()?;
    let (length, deflated) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if u32::from_be_bytes(*cookie) != DEFLATED || length != deflated.len() {
        return None;
    }
    let mut plain = Vec::new();
    ZlibDecoder::new(deflated).take(MOST_BYTES + 1).read_to_end(&mut plain).ok()?;
    (plain.len() as u64 <= MOST_BYTES).then_some(plain)
}

/// Whether the header is that of a histogram of ours and tells the truth about what follows it.
fn has_bounds(plain: &[u8], digits: u8) -> bool {
    let word = |at: usize| Some(u32::from_be_bytes(plain.get(at..at + 4)?.try_into().ok()?));
    let long = |at: usize| Some(u64::from_be_bytes(plain.get(at..at + 8)?.try_into().ok()?));
    let payload = plain.len().checked_sub(HEADER_BYTES).map(|bytes| bytes as u64);
    let runs = plain.get(HEADER_BYTES..).is_some_and(has_plain_runs);
    word(0) == Some(PLAIN)
        && word(4).map(u64::from) == payload
        && word(12) == Some(digits.into())
        && (long(16), long(24)) == (Some(1), Some(LONGEST_US))
        && runs
}

/// Whether no number of the payload has nine bytes: the greatest of those cannot be negated, and none of ours is so long but
/// for counts that no run reaches.
fn has_plain_runs(payload: &[u8]) -> bool {
    let ends = payload.iter().map(|byte| byte & 0x80 == 0);
    let longest = ends.scan(0_u32, |length, is_end| {
        let now = *length + 1;
        *length = if is_end { 0 } else { now };
        Some(now)
    });
    longest.max().unwrap_or(0) <= 8
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use hdrhistogram::Histogram;
    use hdrhistogram::serialization::{Serializer, V2DeflateSerializer, V2Serializer};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{Node, pack, unpack};

    fn histogram(values: &[u64], highest: u64, digits: u8) -> Histogram<u64> {
        let mut histogram = Histogram::new_with_bounds(1, highest, digits).unwrap();
        values.iter().for_each(|&value| histogram.saturating_record(value));
        histogram
    }

    fn read(text: String, digits: u8) -> Result<Histogram<u64>, String> {
        let value = Value::String(text);
        unpack(&Node::root(&value), digits).map_err(|fault| fault.problem)
    }

    #[test]
    fn only_histograms_of_our_own_bounds_are_taken() {
        let ours = histogram(&[1, 2_000, 60_000_000], 60_000_000, 3);
        assert_eq!(read(pack(&ours), 3).unwrap(), ours);
        let other = "must be a histogram from 1 to 60000000 us with";
        assert!(read(pack(&ours), 2).unwrap_err().starts_with(other));
        let hour = histogram(&[1], 3_600_000_000, 3);
        assert!(read(pack(&hour), 3).unwrap_err().starts_with(other));
        // Beyond a minute the last bin still has room; no run counts there.
        let beyond = histogram(&[66_000_000], 60_000_000, 3);
        assert!(read(pack(&beyond), 3).unwrap_err().starts_with("holds more values"));
        let zero = histogram(&[0], 60_000_000, 3);
        assert!(read(pack(&zero), 3).unwrap_err().starts_with("holds more values"));
    }

    #[test]
    fn what_is_no_deflated_histogram_is_refused() {
        let ours = histogram(&[5, 7, 7], 60_000_000, 3);
        let mut plain = Vec::new();
        V2Serializer::new().serialize(&ours, &mut plain).unwrap();
        for text in [String::new(), "no base64".to_owned(), STANDARD.encode(&plain)] {
            assert!(read(text.clone(), 3).unwrap_err().starts_with("is no HdrHistogram"), "{text}");
        }
    }

    #[test]
    fn what_inflates_without_end_is_not_inflated() {
        use std::io::Write;
        let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        deflated.write_all(&vec![0; 50_000_000]).unwrap();
        let deflated = deflated.finish().unwrap();
        let mut bytes = super::DEFLATED.to_be_bytes().to_vec();
        bytes.extend(u32::try_from(deflated.len()).unwrap().to_be_bytes());
        bytes.extend(deflated);
        assert!(read(STANDARD.encode(bytes), 3).unwrap_err().starts_with("is no HdrHistogram"));
    }

    proptest! {
        #[test]
        fn spoilt_bytes_are_an_error_or_a_histogram_and_never_a_panic(
            values in prop::collection::vec(1_u64..60_000_000, 1..50),
            spoilt in prop::collection::vec((0_usize..200, any::<u8>()), 1..4),
        ) {
            use std::io::Write;
            let mut plain = Vec::new();
            V2Serializer::new().serialize(&histogram(&values, 60_000_000, 3), &mut plain).unwrap();
            let length = plain.len();
            spoilt.iter().for_each(|&(at, byte)| plain[at % length] = byte);
            let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            deflated.write_all(&plain).unwrap();
            let deflated = deflated.finish().unwrap();
            let mut bytes = super::DEFLATED.to_be_bytes().to_vec();
            bytes.extend(u32::try_from(deflated.len()).unwrap().to_be_bytes());
            bytes.extend(deflated);
            let _whatever = read(STANDARD.encode(bytes), 3);
        }

        #[test]
        fn every_histogram_comes_back(values in prop::collection::vec(1_u64..60_000_000, 1..300)) {
            for digits in [2, 3] {
                let ours = histogram(&values, 60_000_000, digits);
                let mut bytes = Vec::new();
                V2DeflateSerializer::new().serialize(&ours, &mut bytes).unwrap();
                prop_assert_eq!(read(STANDARD.encode(bytes), digits).unwrap(), ours);
            }
        }
    }
}
