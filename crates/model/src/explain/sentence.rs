//! A value in words: the feature's phrase with the value in it, as a sentence without its full stop.
//!
//! Phrases are data of the schema, written for many; what changes for one, for a flag that is 0, and for a value that
//! nobody knows is here.

use super::number::number;
use crate::schema::{Feature, Kind};

/// Words after a number that end what is counted.
const ENDS: [&str; 12] =
    ["a", "and", "at", "for", "from", "in", "last", "of", "on", "per", "to", "with"];

/// The phrase of a feature for a value, NaN where it is missing; it begins as it is written in the schema.
pub(super) fn phrase(feature: &Feature, value: f64) -> String {
    if value.is_nan() {
        return format!("{} is not known", feature.name.replace('_', " "));
    }
    let denied = feature.kind == Kind::Flag && value == 0.0;
    if let (true, Some(denial)) = (denied, &feature.denial) {
        return denial.clone();
    }
    match feature.phrase.split_once("{n}") {
        Some((before, after)) => counted(feature, value, before, after),
        None if denied => format!("not so: {}", feature.phrase),
        None => feature.phrase.clone(),
    }
}

/// A value as people write it: its level's name or its number.
pub(super) fn value(feature: &Feature, value: f64) -> String {
    if value.is_nan() {
        "missing".to_owned()
    } else if is_number(feature) {
        number(value)
    } else {
        feature.show(value)
    }
}

/// Whether the values say how much.
fn is_number(feature: &Feature) -> bool {
    feature.levels.is_empty() && !matches!(feature.kind, Kind::Flag | Kind::Category)
}

/// With its first letter large.
pub(super) fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A phrase around a value; what follows a 1 is singular.
fn counted(feature: &Feature, value: f64, before: &str, after: &str) -> String {
    if !is_number(feature) {
        return format!("{before}{}{after}", feature.show(value));
    }
    if value != 1.0 {
        return format!("{before}{}{after}", number(value));
    }
    match after.strip_prefix(" times") {
        Some(rest) => format!("{before}once{rest}"),
        None => format!("{before}1{}", singular(after)),
    }
}

/// The same words, the first plural among the first two of them made singular.
fn singular(after: &str) -> String {
    let words: Vec<_> = after.split(' ').collect();
    // The text begins with the space after the number, that is, with an empty word.
    let counted =
        words.iter().enumerate().skip(1).take(2).take_while(|(_, word)| !ENDS.contains(word));
    let found = counted.filter_map(|(place, word)| Some((place, one(word)?))).next();
    match found {
        Some((place, one)) if words[0].is_empty() => {
            let words = words.iter().enumerate();
            let words: Vec<_> =
                words.map(|(k, word)| if k == place { &*one } else { word }).collect();
            words.join(" ")
        }
        _ => after.to_owned(),
    }
}

/// The singular of an English plural.
fn one(word: &str) -> Option<String> {
    if word == "people" {
        return Some("person".to_owned());
    }
    let stem = word
        .strip_suffix('s')
        .filter(|stem| !stem.is_empty() && !stem.ends_with(['s', 'u', 'i']))?;
    if let Some(stem) = stem.strip_suffix("ie") {
        return Some(format!("{stem}y"));
    }
    let hissing = ["se", "xe", "che", "she"].iter().any(|end| stem.ends_with(end));
    // "purchases" and "houses" keep their e; "boxes", "matches", and "classes" do not.
    let keeps = !hissing || (stem.ends_with("se") && !stem.ends_with("sse"));
    Some(if keeps { stem.to_owned() } else { stem[..stem.len() - 1].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{phrase, sentence};
    use crate::schema::{Feature, Kind, Presence, Schema};

    fn b2b(name: &str, value: f64) -> String {
        let schema = Schema::b2b();
        let at = schema.position(name).unwrap();
        sentence(&phrase(&schema.features()[at], value))
    }

    #[test]
    fn a_count_of_one_is_singular() {
        let at_one = |name| b2b(name, 1.0);
        assert_eq!(b2b("pricing_page_visits", 8.0), "Visited the pricing page 8 times");
        assert_eq!(at_one("website_visits_30d"), "Visited the website once in 30 days");
        assert_eq!(at_one("company_employee_count"), "Employs 1 person");
        assert_eq!(at_one("company_age_years"), "Is 1 year old");
        assert_eq!(at_one("subsidiary_count"), "Owns 1 subsidiary");
        assert_eq!(at_one("whitepaper_downloads"), "Downloaded 1 white paper");
        assert_eq!(at_one("integration_questions_asked"), "Asked 1 question about integration");
        assert_eq!(at_one("avg_session_duration_sec"), "Stayed 1 second a session");
    }

    #[test]
    fn what_follows_a_share_is_left_alone() {
        assert_eq!(b2b("bounce_rate", 1.0), "Left after one page in a share 1 of sessions");
        assert_eq!(b2b("company_growth_rate", 1.0), "Grew by a rate of 1 last year");
        assert_eq!(b2b("geographic_tier", 1.0), "Sits in a tier-1 market");
    }

    #[test]
    fn flags_that_are_0_are_denied_and_gaps_are_named() {
        assert_eq!(b2b("champion_identified", 0.0), "Has no champion for us yet");
        assert_eq!(b2b("champion_identified", 1.0), "Has a champion for us");
        assert_eq!(b2b("lead_source_quality", f64::NAN), "Lead source quality is not known");
    }

    #[test]
    fn levels_are_shown_by_name() {
        let feature = Feature {
            name: "Lead Source".to_owned(),
            group: "crm".to_owned(),
            kind: Kind::Category,
            min: None,
            max: None,
            presence: Presence::Optional,
            levels: vec!["Google".to_owned(), "Fair".to_owned()],
            missing: Vec::new(),
            decimal: None,
            meaning: "Where the lead came from".to_owned(),
            unit: None,
            phrase: "Lead Source is {n}".to_owned(),
            denial: None,
        };
        let texts = [1.0, 2.0, f64::NAN].map(|value| phrase(&feature, value));
        assert_eq!(
            texts,
            ["Lead Source is Fair", "Lead Source is another value", "Lead Source is not known"]
        );
        let flag = Feature {
            kind: Kind::Flag,
            levels: Vec::new(),
            phrase: "asked to be called".to_owned(),
            ..feature
        };
        assert_eq!(phrase(&flag, 0.0), "not so: asked to be called");
    }
}
