//! Checks of single places of a JSON answer, for tasks that have some.
//!
//! This one builds a tree of the answer; a task without checks never comes here with a body.

use serde_json::Value;

use super::wrong::Wrong;
use crate::scenario::{Call, Check, Condition, JsonType};

const NO_JSON: Wrong<'_> = Wrong::new("answer is not JSON");

/// The first check that does not hold.
pub(super) fn check<'e>(checks: &'e [Check], call: &Call, body: &[u8]) -> Result<(), Wrong<'e>> {
    if checks.is_empty() {
        return Ok(());
    }
    let answer: Value = serde_json::from_slice(body).map_err(|_| NO_JSON)?;
    let mut sent = call.own.iter().flat_map(|own| &own.sent);
    for check in checks {
        let place = answer.pointer(check.at());
        let holds = match check.condition() {
            Condition::Sent(_) => {
                let sent = sent.next();
                place.zip(sent).is_some_and(|(place, sent)| is_sent(place, sent))
            }
            condition => holds(condition, place),
        };
        if !holds {
            return Err(Wrong::new(check.complaint()));
        }
    }
    Ok(())
}

/// Whether a value is what was sent: a text of these characters, or a number or word written so.
fn is_sent(place: &Value, sent: &str) -> bool {
    match place {
        Value::String(text) => text == sent,
        Value::Number(number) => {
            number.to_string() == sent
                || sent.parse().ok().is_some_and(|sent| number.as_f64() == Some(sent))
        }
        Value::Bool(word) => sent == if *word { "true" } else { "false" },
        Value::Null => sent == "null",
        Value::Array(_) | Value::Object(_) => {
            serde_json::from_str::<Value>(sent).is_ok_and(|sent| sent == *place)
        }
    }
}

fn holds(condition: &Condition, place: Option<&Value>) -> bool {
    let Some(place) = place else { return matches!(condition, Condition::Absent) };
    match condition {
        Condition::Exists => true,
        Condition::Absent | Condition::Sent(_) => false,
        Condition::Equals(Value::Number(wanted)) => {
            // 1 and 1.0 are one number to whoever writes a scenario.
            place
                .as_number()
                .is_some_and(|number| number == wanted || number.as_f64() == wanted.as_f64())
        }
        Condition::Equals(wanted) => place == wanted,
        Condition::Type(wanted) => is_of(*wanted, place),
        Condition::Min(least) => place.as_f64().is_some_and(|number| number >= *least),
        Condition::Max(most) => place.as_f64().is_some_and(|number| number <= *most),
        Condition::Length(range) => length(place).is_some_and(|length| range.contains(&length)),
    }
}

fn is_of(wanted: JsonType, place: &Value) -> bool {
    match wanted {
        JsonType::String => place.is_string(),
        JsonType::Number => place.is_number(),
        JsonType::Integer => {
            place.is_i64() || place.is_u64() || place.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        JsonType::Boolean => place.is_boolean(),
        JsonType::Array => place.is_array(),
        JsonType::Object => place.is_object(),
        JsonType::Null => place.is_null(),
    }
}

fn length(place: &Value) -> Option<usize> {
    match place {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{check, is_sent};
    use crate::scenario::{Call, Check, Condition, JsonType};

    const ANSWER: &[u8] = br#"{"id": "a", "n": 3.0, "items": [1, null], "none": null}"#;

    /// Whether a condition holds at a place of the answer.
    fn holds(at: &str, condition: Condition) -> bool {
        let checks = [Check::new(at, condition).unwrap()];
        let call = Call { task: 0, body: None, leads: 0..0, own: None };
        check(&checks, &call, ANSWER).is_ok()
    }

    #[test]
    fn every_condition_holds_where_it_should_and_nowhere_else() {
        assert!(holds("/none", Condition::Exists) && !holds("/nothing", Condition::Exists));
        assert!(holds("/nothing", Condition::Absent) && !holds("/none", Condition::Absent));
        assert!(
            holds("/n", Condition::Equals(Value::from(3)))
                && !holds("/n", Condition::Equals("3".into()))
        );
        assert!(
            holds("/id", Condition::Equals("a".into()))
                && !holds("/id", Condition::Equals("b".into()))
        );
        assert!(
            holds("/n", Condition::Min(3.0))
                && !holds("/n", Condition::Min(3.1))
                && !holds("/id", Condition::Min(0.0))
        );
        assert!(
            holds("/n", Condition::Max(3.0))
                && !holds("/n", Condition::Max(2.9))
                && !holds("/id", Condition::Max(9.0))
        );
        assert!(
            holds("/items", Condition::Length(2..=2)) && !holds("/items", Condition::Length(3..=4))
        );
        assert!(
            holds("", Condition::Length(4..=4))
                && holds("/id", Condition::Length(1..=1))
                && !holds("/n", Condition::Length(0..=9))
        );
        for (at, is, is_not) in [
            ("/id", JsonType::String, JsonType::Number),
            ("/n", JsonType::Integer, JsonType::String),
            ("/items", JsonType::Array, JsonType::Object),
            ("/items/1", JsonType::Null, JsonType::Boolean),
        ] {
            assert!(holds(at, Condition::Type(is)) && !holds(at, Condition::Type(is_not)), "{at}");
        }
    }

    #[test]
    fn what_was_sent_comes_back_as_text_number_or_word() {
        for (place, sent) in [
            ("\"7\"", "7"),
            ("7", "7"),
            ("7.50", "7.5"),
            ("true", "true"),
            ("{\"a\":1}", "{ \"a\": 1 }"),
        ] {
            assert!(is_sent(&serde_json::from_str(place).unwrap(), sent), "{place}");
        }
        assert!(
            !is_sent(&Value::from("8"), "7")
                && !is_sent(&Value::from(8), "7")
                && !is_sent(&Value::Null, "7")
        );
    }
}
