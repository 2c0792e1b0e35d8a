//! Every fault of a lead is named with its place, and nothing of the input is repeated.

use lead_model::{BatchError, Fault, FaultCode, Faults, Lead, Schema, synth::Leads};

/// A valid lead as JSON.
fn body() -> String {
    let lead = Leads::new(1).next().unwrap().lead;
    let mut json = Vec::new();
    lead.write_json(&Schema::b2b(), &mut json);
    String::from_utf8(json).unwrap()
}

/// The valid lead with this feature's value replaced.
fn with(feature: &str, value: &str) -> String {
    let body = body();
    let key = format!("\"{feature}\":");
    let start = body.find(&key).unwrap() + key.len();
    let end = start + body[start..].find([',', '}']).unwrap();
    format!("{}{value}{}", &body[..start], &body[end..])
}

fn read(body: &str) -> Result<Lead, Faults> {
    Lead::from_json(&Schema::b2b(), body.as_bytes())
}

fn lines<'a>(faults: impl IntoIterator<Item = &'a Fault>) -> String {
    let lines: Vec<_> = faults.into_iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The faults of a body, one a line.
fn faults(body: &str) -> String {
    lines(read(body).unwrap_err().iter())
}

/// The value read, or the code of the only fault.
fn outcome(feature: &str, value: &str) -> Result<f64, FaultCode> {
    match read(&with(feature, value)) {
        Ok(lead) => Ok(lead.values()[Schema::b2b().position(feature).unwrap()]),
        Err(faults) => {
            assert_eq!(faults.len(), 1, "{faults}");
            let fault = faults.iter().next().unwrap().clone();
            if fault.code != FaultCode::InvalidJson {
                assert_eq!(fault.pointer, format!("/features/{feature}"));
            }
            Err(fault.code)
        }
    }
}

#[test]
fn numbers_are_taken_refused_or_not_json() {
    use FaultCode::{InvalidJson, NotFinite, OutOfRange, WrongType};
    let cases = [
        ("company_employee_count", "5", Ok(5.0)),
        ("company_employee_count", "5.0", Ok(5.0)),
        ("company_employee_count", "5e0", Ok(5.0)),
        ("company_employee_count", "9007199254740992", Ok(9_007_199_254_740_992.0)),
        ("company_employee_count", "5.5", Err(WrongType)),
        ("company_employee_count", "\"5\"", Err(WrongType)),
        ("company_employee_count", "true", Err(WrongType)),
        ("company_employee_count", "null", Err(WrongType)),
        ("company_employee_count", "[5]", Err(WrongType)),
        ("company_employee_count", "{\"n\":5}", Err(WrongType)),
        ("company_employee_count", "0", Err(OutOfRange)),
        ("company_employee_count", "1e30", Err(OutOfRange)),
        ("company_employee_count", "9007199254740994", Err(OutOfRange)),
        ("company_employee_count", "1e400", Err(NotFinite)),
        ("company_employee_count", "NaN", Err(InvalidJson)),
        ("company_employee_count", "05", Err(InvalidJson)),
        ("company_growth_rate", "-1e308", Ok(-1e308)),
        ("company_growth_rate", "-1e400", Err(NotFinite)),
        ("company_growth_rate", "-Infinity", Err(InvalidJson)),
        ("company_growth_rate", "null", Err(WrongType)),
        ("bounce_rate", "1", Ok(1.0)),
        ("bounce_rate", "0.12345678901234567", Ok(0.123_456_789_012_345_67)),
        ("bounce_rate", "1.0000000000000002", Err(OutOfRange)),
        ("bounce_rate", "-1e-300", Err(OutOfRange)),
        ("geographic_tier", "0", Err(OutOfRange)),
        ("geographic_tier", "4", Err(OutOfRange)),
        ("deployment_preference", "0", Ok(0.0)),
        ("company_public_status", "2", Err(OutOfRange)),
        ("company_public_status", "0.5", Err(WrongType)),
        ("subsidiary_count", "null", Err(WrongType)),
    ];
    for (feature, value, expected) in cases {
        assert_eq!(outcome(feature, value), expected, "{feature}: {value}");
    }
}

#[test]
fn negative_zero_becomes_zero() {
    let zero = outcome("bounce_rate", "-0.0").unwrap();
    assert_eq!(zero.to_bits(), 0.0_f64.to_bits());
}

#[test]
fn all_faults_of_a_lead_are_collected() {
    let body = r#"{
        "lead_id": 17, "extra": [1, {"deep": null}],
        "features": {
            "bounce_rate": 7, "company_employee_count": "many", "Company_Revenue": 1,
            "company_growth_rate": 1e999, "bounce_rate": 0.5, "a/b~c": {}
        },
        "features": {}
    }"#;
    insta::assert_snapshot!(faults(body), @r"
    /lead_id: Member lead_id must be a text. (wrong_type)
    /extra: A lead has the members lead_id and features only. (unknown_name)
    /features/bounce_rate: Feature bounce_rate must lie between 0 and 1. (out_of_range)
    /features/company_employee_count: Feature company_employee_count must be a whole number. (wrong_type)
    /features/Company_Revenue: The schema b2b has no feature of this name. (unknown_name)
    /features/company_growth_rate: Feature company_growth_rate must be a finite number. (not_finite)
    /features/bounce_rate: Feature bounce_rate appears more than once. (duplicate)
    /features/a~1b~0c: The schema b2b has no feature of this name. (unknown_name)
    /features/company_revenue: Feature company_revenue is required. (missing)
    /features/company_age_years: Feature company_age_years is required. (missing)
    /features/industry_tech_score: Feature industry_tech_score is required. (missing)
    /features/geographic_tier: Feature geographic_tier is required. (missing)
    /features/company_public_status: Feature company_public_status is required. (missing)
    /features/parent_company_exists: Feature parent_company_exists is required. (missing)
    /features/website_visits_30d: Feature website_visits_30d is required. (missing)
    /features/page_views_30d: Feature page_views_30d is required. (missing)
    /features/avg_session_duration_sec: Feature avg_session_duration_sec is required. (missing)
    /features/days_since_first_touch: Feature days_since_first_touch is required. (missing)
    /features/days_since_last_touch: Feature days_since_last_touch is required. (missing)
    /features/total_touchpoints: Feature total_touchpoints is required. (missing)
    /features/multi_channel_engagement: Feature multi_channel_engagement is required. (missing)
    /features/decision_maker_contacted: Feature decision_maker_contacted is required. (missing)
    /features/lead_source_quality: Feature lead_source_quality is required. (missing)
    /features/attribution_touchpoints: Feature attribution_touchpoints is required. (missing)
    /features/paid_channel_source: Feature paid_channel_source is required. (missing)
    /features/product_tier_interest: Feature product_tier_interest is required. (missing)
    /features/use_case_alignment: Feature use_case_alignment is required. (missing)
    /features/deployment_preference: Feature deployment_preference is required. (missing)
    /features: Member features appears more than once. (duplicate)
    ");
}

#[test]
fn bodies_of_another_shape_are_faults() {
    let bodies = [
        "[]",
        "5",
        "{}",
        r#"{"lead_id": null, "features": null}"#,
        r#"{"lead_id": "a", "lead_id": "b", "features": []}"#,
    ];
    let all: Vec<_> = bodies.iter().map(|body| format!("{body}\n{}", faults(body))).collect();
    insta::assert_snapshot!(all.join("\n\n"), @r#"
    []
    body: A lead must be an object. (wrong_type)

    5
    body: A lead must be an object. (wrong_type)

    {}
    /lead_id: Member lead_id is required. (missing)
    /features: Member features is required. (missing)

    {"lead_id": null, "features": null}
    /lead_id: Member lead_id must be a text. (wrong_type)
    /features: Member features must be an object. (wrong_type)

    {"lead_id": "a", "lead_id": "b", "features": []}
    /lead_id: Member lead_id appears more than once. (duplicate)
    /features: Member features must be an object. (wrong_type)
    "#);
}

#[test]
fn a_body_that_is_not_json_has_that_fault_only() {
    let valid = body();
    let torn = &valid[..valid.len() - 1];
    let double = format!("{valid}{valid}");
    let bodies = ["", "{", torn, &double, "{\n  \"lead_id\": 'a'}", "{\"lead_id\": \"\\ud800\"}"];
    let all: Vec<_> = bodies.iter().map(|body| faults(body)).collect();
    insta::assert_snapshot!(all.join("\n"), @r"
    body: The body is not valid JSON: expected a value at line 1, column 1. (invalid_json)
    body: The body is not valid JSON: expected a name or text in double quotes at line 1, column 2. (invalid_json)
    body: The body is not valid JSON: expected a comma or a closing brace at line 1, column 1326. (invalid_json)
    body: The body is not valid JSON: expected the end of the body at line 1, column 1327. (invalid_json)
    body: The body is not valid JSON: expected a value at line 2, column 14. (invalid_json)
    body: The body is not valid JSON: expected a pair of surrogates at line 1, column 15. (invalid_json)
    ");
}

#[test]
fn defaults_fill_what_is_optional_and_absent() {
    let schema = Schema::b2b();
    let body = body().replace("\"whitepaper_downloads\":", "\"webinar_attendance\":");
    let body = body.replacen(",\"webinar_attendance\":0", "", 1);
    let lead = read(&body).unwrap();
    assert_eq!(lead.values()[schema.position("whitepaper_downloads").unwrap()], 0.0);
}

#[test]
fn names_may_be_escaped_and_ids_may_be_anything_short() {
    let body = body().replace("bounce_rate", "bounce\\u005frate");
    assert!(read(&body).is_ok());
    for (id, decoded) in [("", ""), ("\\u00fc \\ud83d\\ude00\\n/~", "ü 😀\n/~")] {
        let body = body.replacen("lead-0000001", id, 1);
        assert_eq!(read(&body).unwrap().id(), decoded);
    }
    let long = body.replacen("lead-0000001", &"x".repeat(513), 1);
    insta::assert_snapshot!(faults(&long), @"/lead_id: Member lead_id must be at most 512 bytes long. (too_long)");
}

#[test]
fn unknown_names_are_cut_and_faults_are_capped() {
    let name = format!("\"{}\":1,", "n".repeat(1000));
    let body = body()
        .replace("{\"company_revenue\"", &format!("{{{}\"company_revenue\"", name.repeat(1500)));
    let faults = read(&body).unwrap_err();
    assert_eq!(faults.len(), Faults::LIMIT);
    assert!(faults.is_truncated());
    assert!(faults.iter().all(|fault| fault.pointer.chars().count() < 100));
}

#[test]
fn values_of_the_input_are_never_repeated() {
    let secret = "TOPSECRET";
    for value in [format!("\"{secret}\""), format!("{{\"{secret}\":\"{secret}\"}}")] {
        assert!(!faults(&with("bounce_rate", &value)).contains(secret));
        assert!(!faults(&with("bounce_rate", &format!("{value}x"))).contains(secret));
    }
    assert!(!faults(&with("bounce_rate", "987654321")).contains("987654321"));
}

#[test]
fn a_batch_names_the_lead_at_fault() {
    let batch = format!("[{},{},{}]", body(), with("bounce_rate", "2"), "[]");
    let Err(BatchError::Faulty(faults)) =
        Lead::batch_from_json(&Schema::b2b(), batch.as_bytes(), 3)
    else {
        panic!("not refused")
    };
    insta::assert_snapshot!(lines(faults.iter()), @r"
    /1/features/bounce_rate: Feature bounce_rate must lie between 0 and 1. (out_of_range)
    /2: A lead must be an object. (wrong_type)
    ");
}

#[test]
fn a_batch_is_counted_against_its_limit() {
    let batch = |leads: usize| {
        let json = format!("[{}]", vec![body(); leads].join(" , "));
        Lead::batch_from_json(&Schema::b2b(), json.as_bytes(), 3)
    };
    assert_eq!(batch(0).unwrap().len(), 0);
    assert_eq!(batch(3).unwrap().len(), 3);
    assert_eq!(batch(5), Err(BatchError::TooMany { limit: 3, found: 5 }));
    let torn = format!("[{}", vec![body(); 5].join(","));
    let torn = Lead::batch_from_json(&Schema::b2b(), torn.as_bytes(), 3);
    assert!(matches!(torn, Err(BatchError::Faulty(faults)) if faults.len() == 1));
    let one = Lead::batch_from_json(&Schema::b2b(), body().as_bytes(), 3);
    assert!(matches!(one, Err(BatchError::Faulty(_))));
}

#[test]
fn values_alone_make_the_lead_that_its_body_makes() {
    let schema = Schema::b2b();
    for lead in Leads::new(7).take(200) {
        let lead = lead.lead;
        let again = Lead::from_values(&schema, lead.id(), lead.values()).unwrap();
        assert_eq!(again, lead);
        assert_eq!(again.imputed(), 0, "every value was given");
    }
}

#[test]
fn a_row_of_the_wrong_length_is_refused_at_its_end() {
    let schema = Schema::b2b();
    for (length, pointer) in [(0, "/0"), (49, "/49"), (51, "/50")] {
        let faults = Lead::from_values(&schema, "", vec![1.0; length]).unwrap_err();
        let first = faults.iter().next().unwrap();
        assert_eq!((first.pointer.as_str(), first.code), (pointer, FaultCode::Missing));
    }
}
