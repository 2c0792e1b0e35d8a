//! Leads spelled as JSON, and values chosen for whatever feature.
//!
//! It knows neither proptest nor the fuzzer, which both build their leads with it.

use lead_model::{Feature, Kind};

/// A way to choose a value of whatever feature: which end or middle, a share of the range, and a number of any size.
pub(crate) type Draw = (u8, f64, f64);

/// The value of `feature` that a draw chooses, NaN only if that is one of its missing tokens.
pub(crate) fn drawn(feature: &Feature, (way, share, wild): Draw) -> f64 {
    let (low, high) = feature.bounds();
    let value = match way {
        0 => low,
        1 => high,
        2 => 0.0,
        3 => 1.0,
        4 | 5 => wild,
        _ => low * (1.0 - share) + high * share,
    };
    let value = if feature.kind == Kind::Real { value } else { value.round() };
    let value = value.clamp(low, high);
    let is = |token: &String| match feature.decimal {
        Some(decimal) => decimal.parse(token) == Some(value),
        None => token.parse() == Ok(value),
    };
    if feature.missing.iter().any(is) { f64::NAN } else { value + 0.0 }
}

/// How the value of a feature is spelled in JSON, which must not be missing.
pub(crate) fn spelled(feature: &Feature, value: f64) -> String {
    if feature.levels.is_empty() {
        return format!("{value:?}");
    }
    let known = feature.levels.get(value as usize).cloned();
    let text = known.unwrap_or_else(|| {
        let mut other = "something else".to_owned();
        while feature.levels.contains(&other) || feature.missing.contains(&other) {
            other.push('!');
        }
        other
    });
    quoted(&text)
}

/// A body of these members of `features`, each a name and a value that is JSON already.
pub(crate) fn body(id: &str, members: &[(String, String)]) -> String {
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
    format!("{{\"lead_id\":{},\"features\":{{{}}}}}", quoted(id), members.join(","))
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}
