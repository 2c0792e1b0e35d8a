//! Whether a file says what follows from it.
//!
//! Most members of the twin can be computed from others: rates, percentiles, the total. [`first_difference`] compares a document
//! with the one that would be written of what was read from it, so that none of them can be wrong unseen. Members that we do not
//! know are left alone: a later version may have added them.

use serde_json::Value;

use super::node::{Fault, child};

/// Numbers that differ by less than this share are the same: another version may add up in another order.
const SAME: f64 = 1e-9;

/// More of a value is not shown.
const SHOWN: usize = 60;

/// The first member that is not what it should be.
pub(super) fn first_difference(held: &Value, expected: &Value) -> Result<(), Fault> {
    compare(String::new(), held, expected)
}

fn compare(pointer: String, held: &Value, expected: &Value) -> Result<(), Fault> {
    match (held, expected) {
        (Value::Object(held), Value::Object(expected)) => {
            expected.iter().try_for_each(|(name, expected)| {
                let pointer = child(&pointer, name);
                match held.get(name) {
                    Some(held) => compare(pointer, held, expected),
                    None => Err(Fault { pointer, problem: "is missing".to_owned() }),
                }
            })
        }
        (Value::Array(held), Value::Array(expected)) if held.len() == expected.len() => {
            let pairs = held.iter().zip(expected).enumerate();
            pairs.into_iter().try_for_each(|(at, (held, expected))| match is_same(held, expected) {
                true => Ok(()),
                false => compare(format!("{pointer}/{at}"), held, expected),
            })
        }
        _ if is_same(held, expected) => Ok(()),
        _ => {
            let (held, expected) = (shown(held), shown(expected));
            let problem = format!("is {held}, where the rest of the file makes it {expected}");
            Err(Fault { pointer, problem })
        }
    }
}

fn is_same(held: &Value, expected: &Value) -> bool {
    match (held.as_f64(), expected.as_f64()) {
        (Some(held), Some(expected)) => {
            (held - expected).abs() <= SAME * held.abs().max(expected.abs())
        }
        _ => held == expected,
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::first_difference;

    #[test]
    fn what_was_added_is_left_alone_and_what_differs_is_named() {
        let expected = json!({"a": [1, {"b": 2.0}], "c": "text"});
        let more = json!({"a": [1, {"b": 2.000_000_000_1, "new": 3}], "c": "text", "d": null});
        assert_eq!(first_difference(&more, &expected), Ok(()));
        let other = json!({"a": [1, {"b": 2.1}], "c": "text"});
        let fault = first_difference(&other, &expected).unwrap_err();
        assert_eq!(fault.pointer, "/a/1/b");
        assert_eq!(fault.problem, "is 2.1, where the rest of the file makes it 2.0");
        let fault = first_difference(&json!({"a": [1]}), &expected).unwrap_err();
        assert_eq!(fault.pointer, "/a");
        let fault = first_difference(&json!({"c": "text"}), &expected).unwrap_err();
        assert_eq!((fault.pointer.as_str(), fault.problem.as_str()), ("/a", "is missing"));
    }
}
