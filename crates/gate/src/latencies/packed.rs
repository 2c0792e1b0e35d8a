//! One histogram of a log, unpacked: base64, zlib, a header, and counts as signed
//! numbers of seven bits a byte, of which the negative ones are runs of zeros.
//!
//! The format is HdrHistogram's "V2 compressed" (`HistogramFormat.md` of its C and Java sources). Every length is checked
//! before it is believed.

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::ZlibDecoder;

use super::bins::Bins;

/// "Version 2, compressed" and "version 2", as the first four bytes of each layer.
const COMPRESSED: u32 = 0x1C84_9314;
const PLAIN: u32 = 0x1C84_9313;

/// Cookie, payload length, offset, digits, lowest, highest, ratio.
const HEADER_BYTES: usize = 40;

/// The array of a histogram with five digits over 64 bits has less than nine million counts; three digits have 23,552.
const LARGEST_BYTES: u64 = 8 * 1024 * 1024;

/// Counts by bin.
#[derive(Debug, PartialEq)]
pub(super) struct Packed {
    pub(super) bins: Bins,
    /// Index and count of every bin that holds anything, in ascending order.
    pub(super) counts: Vec<(usize, u64)>,
}

impl Packed {
    /// Unpacks the text of one line; `None` if it is no such histogram.
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let (cookie, rest) = bytes.split_first_chunk::<4>()?;
        let (length, packed) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        if u32::from_be_bytes(*cookie) != COMPRESSED || length != packed.len() {
            return None;
        }
        let mut plain = Vec::new();
        ZlibDecoder::new(packed).take(LARGEST_BYTES + 1).read_to_end(&mut plain).ok()?;
        (plain.len() as u64 <= LARGEST_BYTES).then(|| Self::unpacked(&plain))?
    }

    fn unpacked(bytes: &[u8]) -> Option<Self> {
        let (header, payload) = bytes.split_at_checked(HEADER_BYTES)?;
        let word = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let long = |at: usize| header.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes);
        let is_whole = usize::try_from(word(4)?).ok()? == payload.len();
        let is_plain = word(0)? == PLAIN && word(8)? == 0 && f64::from_bits(long(32)?) == 1.0;
        if !is_whole || !is_plain {
            return None;
        }
        let bins = Bins::new(long(16)?, word(12)?)?;
        Some(Self { bins, counts: counts(payload)? })
    }
}

/// The counts of a payload; a negative number is a run of so many zeros.
fn counts(mut payload: &[u8]) -> Option<Vec<(usize, u64)>> {
    let mut counts = Vec::new();
    let mut index = 0_usize;
    while !payload.is_empty() {
        let (number, rest) = signed(payload)?;
        payload = rest;
        if number < 0 {
            index = index.checked_add(usize::try_from(number.unsigned_abs()).ok()?)?;
            continue;
        }
        if number > 0 {
            counts.push((index, number.unsigned_abs()));
        }
        index = index.checked_add(1)?;
    }
    Some(counts)
}

/// A number of seven bits a byte, the ninth byte with all eight; its lowest bit is the sign ("zigzag").
fn signed(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().enumerate().take(9) {
        if at == 8 {
            value |= u64::from(byte) << 56;
        } else {
            value |= u64::from(byte & 0x7f) << (7 * at);
        }
        if byte & 0x80 == 0 || at == 8 {
            let magnitude = (value >> 1).cast_signed();
            let number = if value & 1 == 0 { magnitude } else { !magnitude };
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
