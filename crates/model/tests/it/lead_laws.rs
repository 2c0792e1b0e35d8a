//! The reader of leads against `serde_json`, on JSON of all kinds and on damaged leads.

use lead_model::{Lead, Schema, synth::Leads};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{
    arbitrary::{body, schema_and_leads, spelled},
    oracle,
};

/// The lead in a body as the slow and obvious reader sees it.
fn oracle(schema: &Schema, body: &[u8]) -> Option<(String, Vec<f64>)> {
    oracle::read(schema, serde_json::from_slice(body).ok()?)
}

/// Both readers say the same of `body`, alone and as a batch of one.
fn check(body: &[u8]) -> Result<bool, TestCaseError> {
    let schema = Schema::b2b();
    let expected = oracle(&schema, body);
    let found = Lead::from_json(&schema, body).ok();
    let parts = found.as_ref().map(|lead| (lead.id().to_owned(), lead.values().to_vec()));
    prop_assert_eq!(&parts, &expected, "{}", String::from_utf8_lossy(body));
    let batch = [b"[", body, b"]"].concat();
    if expected.is_some() {
        prop_assert_eq!(
            Lead::batch_from_json(&schema, &batch, 1).ok(),
            found.map(|lead| vec![lead])
        );
    }
    Ok(expected.is_some())
}

fn lead_json(seed: u64) -> Vec<u8> {
    let mut json = Vec::new();
    Leads::new(seed).next().unwrap().lead.write_json(&Schema::b2b(), &mut json);
    json
}

/// JSON of any kind, as text, sometimes with a name that a lead has.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>()
            .prop_filter("finite", |x| x.is_finite())
            .prop_map(|value| format!("{value:e}")),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let name = prop_oneof![
        Just("lead_id".to_owned()),
        Just("features".to_owned()),
        Just("bounce_rate".to_owned()),
        any::<String>(),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        let member = (name.clone(), inner.clone()).prop_map(|(name, value)| {
            format!("{} : {value}", serde_json::to_string(&name).unwrap())
        });
        prop_oneof![
            vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(", "))),
            vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join("\n,"))),
        ]
    })
}

/// A token to stand for a feature's value, good or bad.
fn any_value() -> impl Strategy<Value = String> {
    let tokens = [
        "0",
        "1",
        "2",
        "3",
        "0.5",
        "1.0",
        "1.5",
        "-0",
        "-1",
        "1e0",
        "1E+2",
        "1e-400",
        "1e400",
        "1e30",
        "9007199254740993",
        "123456789012345678901234567890",
        "0.30000000000000004",
        "\"5\"",
        "true",
        "null",
        "[]",
        "{}",
        "01",
        "1.",
        "-",
        "NaN",
        "",
        " 1 ",
    ];
    prop_oneof![
        proptest::sample::select(tokens.to_vec()).prop_map(str::to_owned),
        (0.0..=1.0_f64).prop_map(|value| value.to_string()),
        any_json(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_json_is_judged_as_by_serde_json(json in any_json()) {
        check(json.as_bytes())?;
    }

    #[test]
    fn a_synthetic_lead_is_accepted_in_any_layout(seed: u64, pretty: bool) {
        let mut json = lead_json(seed);
        if pretty {
            let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
            json = serde_json::to_vec_pretty(&value).unwrap();
        }
        prop_assert!(check(&json)?);
    }

    #[test]
    fn the_order_of_keys_is_irrelevant(seed: u64, order in Just((0..50).collect::<Vec<usize>>()).prop_shuffle()) {
        let schema = Schema::b2b();
        let lead = Leads::new(seed).next().unwrap().lead;
        let members: Vec<_> = order
            .iter()
            .map(|&at| format!("\"{}\":{}", schema.features()[at].name, lead.values()[at]))
            .collect();
        let json = format!("{{\"features\":{{{}}},\"lead_id\":\"{}\"}}", members.join(","), lead.id());
        prop_assert_eq!(Lead::from_json(&schema, json.as_bytes()).unwrap(), lead);
    }

    #[test]
    fn damaged_leads_are_judged_as_by_serde_json(
        seed in 0..1000_u64,
        damages in vec((any::<Index>(), 0..4, any::<u8>()), 1..4),
    ) {
        let mut json = lead_json(seed);
        for (at, how, byte) in damages {
            let at = at.index(json.len());
            match how {
                0 => json[at] = byte,
                1 => json[at] ^= 1 << (byte % 8),
                2 => json.insert(at, byte),
                _ => { json.remove(at); }
            }
        }
        check(&json)?;
    }

    #[test]
    fn leads_with_other_values_are_judged_as_by_serde_json(
        seed in 0..1000_u64,
        changes in vec((0..52_usize, any_value()), 1..4),
    ) {
        let schema = Schema::b2b();
        let lead = Leads::new(seed).next().unwrap().lead;
        let mut members: Vec<_> = schema
            .features()
            .iter()
            .zip(lead.values())
            .map(|(feature, value)| format!("\"{}\":{value}", feature.name))
            .collect();
        for (at, value) in changes {
            match at {
                // Beyond the last feature: one name again, or one left out.
                50 => members.push(format!("\"bounce_rate\":{value}")),
                51 => drop(members.swap_remove(0)),
                _ => {
                    let last = members.len() - 1;
                    members[at.min(last)] = format!("\"{}\":{value}", schema.features()[at].name);
                }
            }
        }
        let json = format!("{{\"lead_id\":\"\",\"features\":{{{}}}}}", members.join(","));
        check(json.as_bytes())?;
    }
}

#[test]
fn every_prefix_of_a_lead_is_refused() {
    let json = lead_json(3);
    for end in 0..json.len() {
        assert!(Lead::from_json(&Schema::b2b(), &json[..end]).is_err(), "{end}");
    }
}

#[test]
fn every_single_bit_flip_is_judged_as_by_serde_json() {
    let json = lead_json(4);
    for bit in 0..json.len() * 8 {
        let mut json = json.clone();
        json[bit / 8] ^= 1 << (bit % 8);
        check(&json).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn leads_of_any_schema_are_judged_as_by_the_obvious_reader(
        (schema, leads) in schema_and_leads(),
        changes in vec((0..8_usize, any_value()), 0..3),
        damage in proptest::option::weighted(0.2, (any::<Index>(), any::<u8>())),
    ) {
        let mut members: Vec<_> = schema
            .features()
            .iter()
            .zip(leads[0].values())
            .filter(|(_, value)| !value.is_nan())
            .map(|(feature, &value)| (feature.name.clone(), spelled(feature, value)))
            .collect();
        for (at, value) in changes {
            let name = &schema.features()[at % schema.len()].name;
            match members.iter_mut().find(|(member, _)| member == name) {
                Some((_, place)) => *place = value,
                None => members.push((name.clone(), value)),
            }
        }
        let mut json = body(leads[0].id(), &members).into_bytes();
        if let Some((at, byte)) = damage {
            json[at.index(members.len() + 1)] = byte;
        }
        let found = Lead::from_json(&schema, &json).ok();
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(
            found.map(|lead| (lead.id().to_owned(), bits(lead.values()))),
            oracle(&schema, &json).map(|(id, values)| (id, bits(&values))),
            "{}", String::from_utf8_lossy(&json)
        );
    }
}
