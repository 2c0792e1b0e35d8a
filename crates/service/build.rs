//! Takes the two files of Swagger UI that `/docs` needs out of its release, for the program to hold.
//!
//! A member of a ZIP archive is the same deflate stream that a gzip file holds: it is wrapped anew and never unpacked, so
//! that browsers get it as small as it was released. Everything else of the release stays out of the program.

use std::{env, fs, path::Path};

use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// The files, as `dist/NAME` in the release.
const FILES: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

/// What an entry of the archive's directory begins with.
const ENTRY: [u8; 4] = *b"PK\x01\x02";

/// What the archive's last record begins with.
const END: [u8; 4] = *b"PK\x05\x06";

/// The only way of packing that gzip knows.
const DEFLATE: u16 = 8;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    for name in FILES {
        let entry = find(SWAGGER_UI_VENDORED, &format!("/dist/{name}"))
            .unwrap_or_else(|| panic!("Swagger UI has no dist/{name} that is packed by deflate"));
        let path = Path::new(&folder).join(format!("{name}.gz"));
        fs::write(path, entry.gzip()).expect("cargo's folder can be written to");
    }
}

/// A packed file.
struct Entry<'a> {
    deflated: &'a [u8],
    crc: u32,
    size: u32,
}

impl Entry<'_> {
    /// RFC 1952: a head without name and time, the stream, checksum and size.
    fn gzip(&self) -> Vec<u8> {
        const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        [&HEAD, self.deflated, &self.crc.to_le_bytes(), &self.size.to_le_bytes()].concat()
    }
}

/// The entry whose name has this end, in the directory at the archive's end.
fn find<'a>(archive: &'a [u8], ending: &str) -> Option<Entry<'a>> {
    // The last record says where the directory begins; only a comment comes after it.
    let end = archive.windows(END.len()).rposition(|bytes| bytes == END)?;
    let mut at = long(archive, end + 16)? as usize;
    while archive.get(at..at + 4)? == ENTRY {
        let lengths = [28, 30, 32].map(|offset| short(archive, at + offset));
        let [name, extra, comment] = lengths.map(|length| length.map(usize::from));
        let (name_length, extra, comment) = (name?, extra?, comment?);
        let name = archive.get(at + 46..at + 46 + name_length)?;
        if name.ends_with(ending.as_bytes()) {
            return entry(archive, at);
        }
        at += 46 + name_length + extra + comment;
    }
    None
}

/// The file of the directory's entry at `at`.
fn entry(archive: &[u8], at: usize) -> Option<Entry<'_>> {
    let (method, crc) = (short(archive, at + 10)?, long(archive, at + 16)?);
    let (packed, size) = (long(archive, at + 20)? as usize, long(archive, at + 24)?);
    let local = long(archive, at + 42)? as usize;
    // The head in front of the file has lengths of its own.
    let skipped = short(archive, local + 26)? + short(archive, local + 28)?;
    let start = local + 30 + usize::from(skipped);
    let deflated = archive.get(start..start + packed)?;
    (method == DEFLATE).then_some(Entry { deflated, crc, size })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
