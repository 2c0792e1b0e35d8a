//! Lists of leads where each is judged by itself, and what is known before one is parsed.

use lead_model::{BatchError, Faults, Lead, Schema, synth::Leads};
use proptest::{collection::vec, prelude::*};

fn leads(count: usize) -> Vec<String> {
    let text = |lead: Lead| {
        let mut json = Vec::new();
        lead.write_json(&Schema::b2b(), &mut json);
        String::from_utf8(json).unwrap()
    };
    Leads::new(5).take(count).map(|example| text(example.lead)).collect()
}

fn each(body: &str, limit: usize) -> Result<Vec<Result<Lead, Faults>>, BatchError> {
    Lead::each_from_json(&Schema::b2b(), body.as_bytes(), limit)
}

/// One element of a list: a lead, a lead with one thing wrong, or something else.
fn element() -> impl Strategy<Value = String> {
    let lead = leads(1).remove(0);
    let odd = [
        lead.replacen("\"lead_id\":\"", "\"lead_id\":\"{[,\\\"", 1),
        lead.replacen("\"lead_id\":", "\"lead_id\":7,\"x\":", 1),
        lead.replacen("\"bounce_rate\":", "\"bounce_rate\":7,\"Bounce\":", 1),
        format!("{{\"features\":{{}},\"lead_id\":\"{}\"}}", "i".repeat(513)),
        "{}".to_owned(),
        "[{},{\"a\":[]}]".to_owned(),
        "\",\"".to_owned(),
        "7".to_owned(),
    ];
    prop_oneof![Just(lead), proptest::sample::select(odd.to_vec())]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn each_element_is_judged_as_if_it_stood_alone(
        elements in vec(element(), 0..8),
        between in proptest::sample::select(vec![",", " ,\n "]),
        limit in 0..9_usize,
    ) {
        let schema = Schema::b2b();
        let body = format!(" [{}] ", elements.join(between));
        let alone: Vec<_> = elements.iter().map(|body| Lead::from_json(&schema, body.as_bytes())).collect();
        let strict = Lead::batch_from_json(&schema, body.as_bytes(), limit);
        if elements.len() > limit {
            let refusal = BatchError::TooMany { limit, found: elements.len() };
            prop_assert_eq!(strict, Err(refusal.clone()));
            prop_assert_eq!(each(&body, limit), Err(refusal));
        } else {
            prop_assert_eq!(strict.ok(), alone.iter().cloned().collect::<Result<Vec<_>, _>>().ok());
            prop_assert_eq!(each(&body, limit), Ok(alone));
        }
    }
}

#[test]
fn a_faulty_lead_is_known_by_its_id_where_that_can_be_read() {
    let long = format!(r#"{{"lead_id": "{}", "features": {{}}}}"#, "x".repeat(513));
    for (element, id) in [
        (r#"{"lead_id": "a\u0062", "features": {}}"#, Some("ab")),
        (r#"{"features": 1, "lead_id": ""}"#, Some("")),
        (r#"{"lead_id": "first", "lead_id": "second"}"#, Some("first")),
        (r#"{"lead_id": 7, "features": {}}"#, None),
        (r#"{"features": {}}"#, None),
        (&long, None),
        ("[]", None),
    ] {
        let faults = each(&format!("[{element}]"), 1).unwrap().remove(0).unwrap_err();
        assert_eq!(faults.lead_id(), id, "{element}");
        assert_eq!(Lead::from_json(&Schema::b2b(), element.as_bytes()).unwrap_err(), faults);
    }
    let torn = Lead::from_json(&Schema::b2b(), br#"{"lead_id": "a", "features": {"#).unwrap_err();
    assert_eq!(torn.lead_id(), None);
}

#[test]
fn what_is_no_list_or_no_json_is_refused_as_a_whole() {
    for (body, fault) in [
        ("{}", "body: The body must be an array of leads. (wrong_type)"),
        (
            "[{}",
            "body: The body is not valid JSON: expected a comma or a closing bracket at line 1, column 4. (invalid_json)",
        ),
        (
            "[{},{},{}",
            "body: The body is not valid JSON: expected a comma or a closing bracket at line 1, column 10. (invalid_json)",
        ),
        (
            "[] x",
            "body: The body is not valid JSON: expected the end of the body at line 1, column 4. (invalid_json)",
        ),
    ] {
        assert_eq!(each(body, 2).unwrap_err().to_string(), fault, "{body}");
        let strict = Lead::batch_from_json(&Schema::b2b(), body.as_bytes(), 2);
        assert_eq!(strict.unwrap_err().to_string(), fault, "{body}");
    }
}

#[test]
fn a_list_of_many_faults_keeps_the_first_of_each_lead() {
    let stray = "\"x\":1,".repeat(600);
    let element = format!("{{\"lead_id\":\"\",\"features\":{{{}}}}}", stray.trim_end_matches(','));
    let list = each(&format!("[{}]", vec![element; 4].join(",")), 4).unwrap();
    let faults: Vec<_> = list.into_iter().map(|lead| lead.unwrap_err()).collect();
    let lengths: Vec<_> = faults.iter().map(Faults::len).collect();
    // 600 unknown names and 23 missing ones, then what is left of a thousand, then one each.
    assert_eq!(lengths, [623, 377, 1, 1]);
    let truncated: Vec<_> = faults.iter().map(Faults::is_truncated).collect();
    assert_eq!(truncated, [false, true, true, true]);
}

#[test]
fn a_list_over_its_limit_has_no_lead_parsed() {
    let schema = Schema::b2b();
    let body = format!("[{}]", leads(9).join(" ,\n"));
    let allocations = |limit| {
        let strict = allocation_counter::measure(|| {
            drop(Lead::batch_from_json(&schema, body.as_bytes(), limit));
        });
        let each = allocation_counter::measure(|| {
            drop(Lead::each_from_json(&schema, body.as_bytes(), limit));
        });
        [strict.count_total, each.count_total]
    };
    assert_eq!(allocations(8), [0, 0]);
    // A lead has an id and a row: the counter sees what it should not see above.
    assert!(allocations(9).iter().all(|&count| count >= 18));
}
