//! How Python writes a text, and what Locust makes of it.
//!
//! A master tells failures apart by a key that it never reads: SHA-256 of method, name and the error as Python's `repr`
//! writes it. [`error_key`] makes the same, so that one failure seen by our workers and by Python ones is one row.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The key of a failure: 64 hex digits (Locust's `StatsError.create_key`).
pub(super) fn error_key(method: &str, name: &str, error: &str) -> String {
    let text = format!("{method}.{name}.{}", repr(error));
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut key, byte| {
        write!(key, "{byte:02x}").expect("a text takes everything");
        key
    })
}

/// A text as Python's `repr` writes it. Which characters beyond ASCII are printable Python looks up in tables of its own;
/// here those are escaped that Rust calls control characters, and the blanks among them that are none of ASCII's.
fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\t' => out.push_str(r"\t"),
            c if c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => escape(c, &mut out),
        }
    }
    out.push(quote);
    out
}

fn is_printable(c: char) -> bool {
    c == ' ' || !(c.is_control() || c.is_whitespace())
}

fn escape(c: char, out: &mut String) {
    let written = match u32::from(c) {
        code @ ..=0xff => write!(out, r"\x{code:02x}"),
        code @ ..=0xffff => write!(out, r"\u{code:04x}"),
        code => write!(out, r"\U{code:08x}"),
    };
    written.expect("a text takes everything");
}

#[cfg(test)]
mod tests {
    use super::{error_key, repr};

    #[test]
    fn a_text_is_quoted_as_python_does() {
        // Each as Python 3.11 writes it.
        for (text, expect) in [
            ("plain", "'plain'"),
            ("it's", "\"it's\""),
            ("it's \"so\"", r#"'it\'s "so"'"#),
            ("HTTPError('503 Server Error')", "\"HTTPError('503 Server Error')\""),
            ("a\\b\n\r\t", r"'a\\b\n\r\t'"),
            ("\u{0}\u{1f}\u{7f}\u{85}\u{a0}", r"'\x00\x1f\x7f\x85\xa0'"),
            ("é 漢 😀 \u{2028}\u{3000}", r"'é 漢 😀 \u2028\u3000'"),
        ] {
            assert_eq!(repr(text), expect, "{text:?}");
        }
    }

    #[test]
    fn a_key_is_the_one_that_locust_makes() {
        // StatsError.create_key of Locust 2.47.0.
        assert_eq!(
            error_key(
                "POST",
                "/api/v1/score",
                "HTTPError('503 Server Error: Service Unavailable for url: /api/v1/score')"
            ),
            "3e9c6ff7a9b72d8b7752f0203db0d2306292da983b54918d101fd977791ac72a"
        );
        assert_eq!(
            error_key("GET", "/ä", "it's\n"),
            "68dde58b9d8f5fc7a12ae53e036a162535a29600447cd41bdde8a0d10cbea6fa"
        );
    }
}
