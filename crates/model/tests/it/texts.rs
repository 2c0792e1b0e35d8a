//! Features that are told by text: levels, words for missing, sentinels, and numbers in their place.

use lead_model::{FaultCode, Feature, Kind, Lead, ModelError, Presence, Schema};

use crate::arbitrary::{body, quoted};

fn feature(kind: Kind, levels: &[&str], missing: &[&str]) -> Feature {
    let flag = kind == Kind::Flag;
    Feature {
        name: "job".to_owned(),
        group: "group".to_owned(),
        kind,
        min: flag.then_some(0.0),
        max: flag.then_some(1.0),
        presence: Presence::Optional,
        levels: levels.iter().map(|&level| level.to_owned()).collect(),
        missing: missing.iter().map(|&token| token.to_owned()).collect(),
        decimal: None,
        meaning: "meaning".to_owned(),
        unit: None,
        phrase: "phrase".to_owned(),
        denial: None,
    }
}

fn required(feature: Feature) -> Feature {
    Feature { presence: Presence::Required, ..feature }
}

/// What the reader says of JSON values of a feature, each on a line: the value or the faults.
fn said(feature: &Feature, values: &[&str]) -> String {
    let schema = Schema::new("mine", vec![feature.clone()]).unwrap();
    let line = |value: &&str| {
        let members = [("job".to_owned(), (*value).to_owned())];
        match Lead::from_json(&schema, body("", &members).as_bytes()) {
            Ok(lead) => format!("{value} -> {} ({} imputed)", lead.values()[0], lead.imputed()),
            Err(faults) => format!("{value} -> {faults}"),
        }
    };
    values.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_category_of_names_takes_texts_only() {
    let job = feature(Kind::Category, &["admin", "student"], &["unknown"]);
    let values = [
        "\"admin\"",
        "\" student \"",
        "\"baker\"",
        "\"unknown\"",
        "\"\"",
        "null",
        "1",
        "true",
        "[]",
    ];
    insta::assert_snapshot!(said(&job, &values), @r#"
    "admin" -> 0 (0 imputed)
    " student " -> 1 (0 imputed)
    "baker" -> 2 (0 imputed)
    "unknown" -> NaN (1 imputed)
    "" -> NaN (1 imputed)
    null -> NaN (1 imputed)
    1 -> /features/job: Feature job must be a text. (wrong_type)
    true -> /features/job: Feature job must be a text. (wrong_type)
    [] -> /features/job: Feature job must be a text. (wrong_type)
    "#);
    let values = ["\"\"", "null", "0", "\"unknown\""];
    insta::assert_snapshot!(said(&required(feature(Kind::Category, &["admin"], &[])), &values), @r#"
    "" -> /features/job: Feature job is required. (missing)
    null -> /features/job: Feature job must be a text. (wrong_type)
    0 -> /features/job: Feature job must be a text. (wrong_type)
    "unknown" -> 1 (0 imputed)
    "#);
}

#[test]
fn a_category_whose_names_are_numbers_takes_numbers_as_names() {
    // As indices, 1 would be the level "2".
    let job = feature(Kind::Category, &["1", "2", "3.0", "07", "7"], &["-1"]);
    let values =
        ["1", "\"1\"", "2.0", "3", "\"3\"", "7", "\"07\"", "4", "0", "-1", "\"-1\"", "1e400"];
    insta::assert_snapshot!(said(&job, &values), @r#"
    1 -> 0 (0 imputed)
    "1" -> 0 (0 imputed)
    2.0 -> 1 (0 imputed)
    3 -> 2 (0 imputed)
    "3" -> 5 (0 imputed)
    7 -> 4 (0 imputed)
    "07" -> 3 (0 imputed)
    4 -> 5 (0 imputed)
    0 -> 5 (0 imputed)
    -1 -> NaN (1 imputed)
    "-1" -> NaN (1 imputed)
    1e400 -> /features/job: Feature job must be a finite number. (not_finite)
    "#);
}

#[test]
fn a_flag_with_names_takes_its_names_numbers_and_truth() {
    let flag = feature(Kind::Flag, &["nein", "ja"], &["?"]);
    let values =
        ["\"nein\"", "\"ja\"", "0", "1", "false", "true", "\"?\"", "null", "2", "\"yes\"", "0.5"];
    insta::assert_snapshot!(said(&flag, &values), @r#"
    "nein" -> 0 (0 imputed)
    "ja" -> 1 (0 imputed)
    0 -> 0 (0 imputed)
    1 -> 1 (0 imputed)
    false -> 0 (0 imputed)
    true -> 1 (0 imputed)
    "?" -> NaN (1 imputed)
    null -> NaN (1 imputed)
    2 -> /features/job: Feature job must lie between 0 and 1. (out_of_range)
    "yes" -> /features/job: Feature job must be 0 or 1, false or true, or the text of either. (wrong_type)
    0.5 -> /features/job: Feature job must be 0 or 1, false or true, or the text of either. (wrong_type)
    "#);
    // Numbered levels: 1 is the name of no, not the number of yes.
    let flag = feature(Kind::Flag, &["1", "2"], &[]);
    insta::assert_snapshot!(said(&flag, &["1", "2", "0", "false", "\"2\""]), @r#"
    1 -> 0 (0 imputed)
    2 -> 1 (0 imputed)
    0 -> /features/job: Feature job must be 0 or 1, false or true, or the text of either. (wrong_type)
    false -> 0 (0 imputed)
    "2" -> 1 (0 imputed)
    "#);
    // Without names it is a number and nothing else.
    let flag = feature(Kind::Flag, &[], &[]);
    insta::assert_snapshot!(said(&flag, &["0", "1.0", "true", "\"1\"", "null"]), @r#"
    0 -> 0 (0 imputed)
    1.0 -> 1 (0 imputed)
    true -> /features/job: Feature job must be a whole number. (wrong_type)
    "1" -> /features/job: Feature job must be a whole number. (wrong_type)
    null -> NaN (1 imputed)
    "#);
}

#[test]
fn a_number_that_means_missing_means_it_in_json_too() {
    let age = feature(Kind::Integer, &[], &["999", "n/a", "1e400"]);
    let values = ["998", "999", "9.99e2", "\"999\"", "\"n/a\"", "1e999", "\"998\""];
    insta::assert_snapshot!(said(&age, &values), @r#"
    998 -> 998 (0 imputed)
    999 -> NaN (1 imputed)
    9.99e2 -> NaN (1 imputed)
    "999" -> NaN (1 imputed)
    "n/a" -> NaN (1 imputed)
    1e999 -> NaN (1 imputed)
    "998" -> /features/job: Feature job must be a whole number. (wrong_type)
    "#);
    for text in ["999", " 999.0 ", "n/a", "", "1e400"] {
        assert!(age.parse(text).unwrap().is_nan(), "{text}");
    }
    assert_eq!(age.parse("998"), Ok(998.0));
}

#[test]
fn a_flag_is_read_from_every_spelling_of_its_number() {
    let flag = feature(Kind::Flag, &[], &[]);
    for (text, expected) in [
        ("0", Ok(0.0)),
        ("-0.0", Ok(0.0)),
        ("1e0", Ok(1.0)),
        ("Yes", Ok(1.0)),
        ("FALSE", Ok(0.0)),
        ("2", Err(FaultCode::OutOfRange)),
        ("0.5", Err(FaultCode::WrongType)),
        ("inf", Err(FaultCode::WrongType)),
        ("1e400", Err(FaultCode::NotFinite)),
    ] {
        assert_eq!(flag.parse(text), expected, "{text}");
    }
}

#[test]
fn a_member_is_called_repeated_once_however_often_it_is() {
    let schema = Schema::new("mine", vec![feature(Kind::Real, &[], &[])]).unwrap();
    for values in [["1", "2", "3", "4"], ["null", "1", "\"x\"", "null"], ["-0.0", "-0.0", "0", "1"]]
    {
        let members = values.map(|value| format!("\"job\":{value}")).join(",");
        let json = format!(
            "{{\"lead_id\":\"\",\"lead_id\":1,\"features\":{{{members}}},\"features\":5,\"lead_id\":2,\"features\":{{}}}}"
        );
        let faults = Lead::from_json(&schema, json.as_bytes()).unwrap_err();
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/lead_id", "/features/job", "/features"]);
        assert!(faults.iter().all(|fault| fault.code == FaultCode::Duplicate));
    }
}

#[test]
fn a_whole_number_that_is_too_large_is_told_both_ends() {
    let count = Feature { min: Some(0.0), ..feature(Kind::Integer, &[], &[]) };
    let amount = Feature { min: Some(0.0), ..feature(Kind::Real, &[], &[]) };
    insta::assert_snapshot!(said(&count, &["-1", "1e30"]), @"
    -1 -> /features/job: Feature job must lie between 0 and 9007199254740992. (out_of_range)
    1e30 -> /features/job: Feature job must lie between 0 and 9007199254740992. (out_of_range)
    ");
    insta::assert_snapshot!(said(&amount, &["-1", "1e30"]), @"
    -1 -> /features/job: Feature job must be at least 0. (out_of_range)
    1e30 -> 1000000000000000000000000000000 (0 imputed)
    ");
}

#[test]
fn a_default_of_negative_zero_is_zero() {
    let real = Feature { presence: Presence::Default(-0.0), ..feature(Kind::Real, &[], &[]) };
    let schema = Schema::new("mine", vec![real]).unwrap();
    let lead = Lead::from_json(&schema, body("", &[]).as_bytes()).unwrap();
    assert_eq!(lead.values()[0].to_bits(), 0);
}

#[test]
fn a_flag_whose_no_is_called_yes_is_refused() {
    let refused = |levels: [&str; 2]| {
        let flag = feature(Kind::Flag, &levels, &[]);
        matches!(Schema::new("mine", vec![flag]), Err(ModelError::Schema { .. }))
    };
    assert!(refused(["Yes", "No"]) && refused(["T", "F"]));
    assert!(!refused(["No", "Yes"]) && !refused(["1", "2"]) && !refused(["M", "F"]));
}

#[test]
fn words_for_no_and_yes_are_guessed_only_where_the_levels_are_such_words() {
    let parsed = |levels: &[&str], text| feature(Kind::Flag, levels, &[]).parse(text);
    assert_eq!(parsed(&[], "TRUE"), Ok(1.0));
    assert_eq!(parsed(&["No", "Yes"], "TRUE"), Ok(1.0));
    assert_eq!(parsed(&["M", "F"], "F"), Ok(1.0));
    // As a word for no, f would be the level M.
    assert_eq!(parsed(&["M", "F"], "f"), Err(FaultCode::WrongType));
}

#[test]
fn a_lead_with_odd_levels_reads_back_as_it_was() {
    let features = [
        Feature { name: "a".to_owned(), ..feature(Kind::Flag, &["1", "0"], &[]) },
        Feature {
            name: "b".to_owned(),
            ..feature(Kind::Category, &["(other)", "a\"b\\"], &["((other))"])
        },
    ];
    let schema = Schema::new("mine", features.to_vec()).unwrap();
    for (a, b) in [("1", "(other)"), ("0", "a\"b\\"), ("0", "never seen"), ("1", "((other))")] {
        let members = [("a".to_owned(), a.to_owned()), ("b".to_owned(), quoted(b))];
        let lead = Lead::from_json(&schema, body("id", &members).as_bytes()).unwrap();
        let mut json = Vec::new();
        lead.write_json(&schema, &mut json);
        assert_eq!(Lead::from_json(&schema, &json).unwrap(), lead);
    }
}

/// A count that was 0 and 1 only in training looks like a flag; a later 2 is no fault.
#[test]
fn a_flag_with_an_open_range_takes_every_count_as_a_yes() {
    let open = Feature { max: None, ..feature(Kind::Flag, &[], &[]) };
    assert_eq!(["0", "1", "2", "37"].map(|text| open.parse(text)), [0.0, 1.0, 2.0, 37.0].map(Ok));
    assert_eq!([0.0, 1.0, 2.0].map(|value| open.show(value)), ["no", "yes", "yes"]);
    assert_eq!(open.parse("-1"), Err(FaultCode::OutOfRange));
    insta::assert_snapshot!(said(&open, &["2", "0.5"]), @r"
    2 -> 2 (0 imputed)
    0.5 -> /features/job: Feature job must be a whole number. (wrong_type)
    ");
}
