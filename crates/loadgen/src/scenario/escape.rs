//! Drawn values in the form that their place asks for.
//!
//! [`write()`] appends one [`Word`] to a text that is being made. Which form a place asks for was found when its template was
//! split.

use super::template::Form;

/// A drawn value: its characters, and whether JSON writes them without quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'w> {
    pub(super) text: &'w str,
    /// A number, `true`, `false`, `null`, or a ready piece of JSON.
    pub(super) is_bare: bool,
}

/// Appends a value.
pub(super) fn write(out: &mut Vec<u8>, word: Word<'_>, form: Form) {
    match form {
        Form::JsonValue if !word.is_bare => json(out, word.text, true),
        Form::JsonText => json(out, word.text, false),
        Form::JsonValue | Form::Plain => out.extend_from_slice(word.text.as_bytes()),
        Form::Url => percent(out, word.text),
    }
}

/// Appends a JSON string, with or without its quotes.
fn json(out: &mut Vec<u8>, text: &str, quoted: bool) {
    let start = out.len();
    serde_json::to_writer(&mut *out, text).expect("a text can be written to memory");
    if !quoted {
        out.pop();
        out.remove(start);
    }
}

/// Appends a text of which only RFC 3986's unreserved characters stand for themselves.
fn percent(out: &mut Vec<u8>, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte),
            _ => {
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                out.extend_from_slice(&[b'%', DIGITS[high], DIGITS[low]]);
            }
        }
    }
}

/// Whether JSON takes a text as a value without quotes.
pub(super) fn is_bare(text: &str) -> bool {
    let looks_so = matches!(text.bytes().next(), Some(b'-' | b'0'..=b'9'));
    matches!(text, "true" | "false" | "null")
        || (looks_so
            && serde_json::from_str::<serde_json::Number>(text).is_ok_and(|_| text.trim() == text))
}

#[cfg(test)]
mod tests {
    use super::{Word, is_bare, write};
    use crate::scenario::template::Form;

    fn written(text: &str, form: Form) -> String {
        let mut out = b"<".to_vec();
        write(&mut out, Word { text, is_bare: is_bare(text) }, form);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_place_has_its_form() {
        let text = "say \"a/b\"\n\u{e9}";
        assert_eq!(written(text, Form::JsonText), "<say \\\"a/b\\\"\\n\u{e9}");
        assert_eq!(written(text, Form::JsonValue), "<\"say \\\"a/b\\\"\\n\u{e9}\"");
        assert_eq!(written(text, Form::Url), "<say%20%22a%2Fb%22%0A%C3%A9");
        assert_eq!(written(text, Form::Plain), format!("<{text}"));
    }

    #[test]
    fn only_what_json_knows_goes_without_quotes() {
        for text in ["0", "-1.5e3", "true", "null"] {
            assert_eq!(written(text, Form::JsonValue), format!("<{text}"));
        }
        for text in ["007", "1,5", "", " 1", "1 ", "NaN", "True", "1.", "0x1"] {
            assert!(!is_bare(text), "{text}");
        }
    }
}
