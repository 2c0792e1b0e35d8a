//! Parts of JSON, written by hand into one buffer: a derived writer takes more than twice as long for an answer.
//!
//! Texts and numbers are byte for byte what `serde_json` writes. What is written in which order is the answers' business.

/// Appends a text in quotes.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("text can be written to memory");
}

/// Appends a number, which must be finite.
pub(super) fn double(out: &mut Vec<u8>, number: f64) {
    out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
}

/// Appends a whole number.
pub(super) fn whole(out: &mut Vec<u8>, mut number: u64) {
    // The largest has 20 digits, the last of which is found first.
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends text that is JSON already.
pub(super) fn raw(out: &mut Vec<u8>, json: &str) {
    out.extend_from_slice(json.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{double, text, whole};

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn literals_are_what_serde_json_writes() {
        for number in [0, 9, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(written(|out| whole(out, number)), number.to_string());
        }
        for number in [0.0, 1.0, 0.1, 1e-7, 1.0 / 3.0, 5e-324, 1e300, -0.25] {
            let expected = serde_json::to_string(&number).expect("a finite number");
            assert_eq!(written(|out| double(out, number)), expected);
        }
        assert_eq!(written(|out| text(out, "a\"\\\n\u{1}é")), "\"a\\\"\\\\\\n\\u0001é\"");
    }
}
