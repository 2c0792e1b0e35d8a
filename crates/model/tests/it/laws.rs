//! Laws of the core that hold for every schema, lead, and model, not only for the built-in ones.

use lead_model::{
    Artifact, Axis, Curve, Decimal, FaultCode, Feature, Kind, Lead, Pair, Presence, Schema, Score,
    Scorer,
};
use proptest::{collection::vec, prelude::*};

use crate::arbitrary::{
    Draw, artifact, body, curve, cut_points, draw, drawn, feature, number, pair, quoted, schema,
    schema_and_leads, spelled, text,
};

fn file(artifact: &Artifact) -> Vec<u8> {
    let mut file = Vec::new();
    artifact.write(&mut file).unwrap();
    file
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// A lead's features as JSON spells them, without those that are missing.
fn members(schema: &Schema, lead: &Lead) -> Vec<(String, String)> {
    let pairs = schema.features().iter().zip(lead.values());
    let given = pairs.filter(|(_, value)| !value.is_nan());
    given.map(|(feature, &value)| (feature.name.clone(), spelled(feature, value))).collect()
}

/// What the JSON reader makes of this value of a single feature; NaN bits are the same for every missing one.
fn read(feature: &Feature, json: &str) -> Result<u64, FaultCode> {
    let schema = Schema::new("one", vec![feature.clone()]).unwrap();
    let members = [(feature.name.clone(), json.to_owned())];
    match Lead::from_json(&schema, body("", &members).as_bytes()) {
        Ok(lead) => Ok(lead.values()[0].to_bits()),
        Err(faults) => {
            assert_eq!(faults.len(), 1, "{faults}");
            Err(faults.iter().next().unwrap().code)
        }
    }
}

/// What is read of a text without JSON, for example in CSV.
fn parsed(feature: &Feature, text: &str) -> Result<u64, FaultCode> {
    feature.parse(text).map(f64::to_bits)
}

/// A number as text, with the decimal mark of the feature.
fn as_text(feature: &Feature, number: f64) -> String {
    let mark = feature.decimal.map_or('.', Decimal::mark);
    number.to_string().replace('.', &mark.to_string())
}

/// Whether a text has more digits than a number with thousands and currency may have.
fn is_no_amount(feature: &Feature, text: &str) -> bool {
    feature.decimal.is_some_and(|decimal| decimal.parse(text).is_none())
}

/// A pair's points by the textbook: every cell times its weight.
fn bilinear(pair: &Pair, values: [f64; 2]) -> f64 {
    let [rows, columns] = [0, 1].map(|side| weights(&pair.axes[side], values[side]));
    let cells = pair.points.iter().zip(&rows);
    cells
        .map(|(row, down)| row.iter().zip(&columns).map(|(p, right)| p * down * right).sum::<f64>())
        .sum()
}

/// How much of each cell of an axis is in a value: a hat function per knot, one cell of a category.
fn weights(axis: &Axis, value: f64) -> Vec<f64> {
    let mut weights = vec![0.0; axis.cells()];
    let last = weights.len() - 1;
    match axis {
        _ if value.is_nan() => weights[last] = 1.0,
        Axis::Levels(levels) => {
            weights[levels.iter().position(|level| *level == value).unwrap_or(last - 1)] = 1.0;
        }
        Axis::Knots(knots) => {
            let value = value.clamp(knots[0], knots[last - 1]);
            for (k, knot) in knots.iter().enumerate() {
                let rise = (k > 0).then(|| (value - knots[k - 1]) / (knot - knots[k - 1]));
                let fall = knots.get(k + 1).map(|next| (next - value) / (next - knot));
                weights[k] = rise.unwrap_or(1.0).min(fall.unwrap_or(1.0)).clamp(0.0, 1.0);
            }
        }
    }
    weights
}

/// A pair and values in and around its axes, missing ones too.
fn pair_and_values() -> impl Strategy<Value = (Pair, Vec<[f64; 2]>)> {
    let two = (schema(), schema()).prop_map(|(one, other)| {
        let mut features = [one.features(), other.features()].concat();
        features.truncate(2);
        features.iter_mut().zip(["first", "second"]).for_each(|(f, name)| f.name = name.to_owned());
        Schema::new("two", features).unwrap()
    });
    two.prop_filter("two features", |schema| schema.len() == 2).prop_flat_map(move |schema| {
        let features = schema.features().to_vec();
        let values = move |draws: Vec<[Draw; 2]>| {
            let drawn = |draws: [Draw; 2]| [0, 1].map(|side| drawn(&features[side], draws[side]));
            draws.into_iter().map(drawn).collect::<Vec<_>>()
        };
        (pair(&schema), vec([draw(), draw()], 1..8).prop_map(values))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn every_schema_survives_json(schema in schema()) {
        let json = serde_json::to_string(&schema).unwrap();
        prop_assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
    }

    #[test]
    fn every_lead_survives_json((schema, leads) in schema_and_leads()) {
        for lead in &leads {
            let mut json = Vec::new();
            lead.write_json(&schema, &mut json);
            let again = Lead::from_json(&schema, &json).unwrap();
            prop_assert_eq!(&again, lead);
            prop_assert_eq!(bits(again.values()), bits(lead.values()));
        }
    }

    #[test]
    fn every_model_survives_its_file(artifact in artifact()) {
        let bytes = file(&artifact);
        let scorer = Scorer::load(&bytes[..]).unwrap();
        prop_assert_eq!(file(scorer.artifact()), bytes);
        let again = scorer.artifact();
        prop_assert_eq!(&again.schema, &artifact.schema);
        prop_assert_eq!(&again.scorecard, &artifact.scorecard);
        prop_assert_eq!(&again.training, &artifact.training);
        prop_assert_eq!(&again.reference, &artifact.reference);
        for (again, golden) in again.golden.iter().zip(&artifact.golden) {
            prop_assert_eq!(bits(&again.values), bits(&golden.values));
        }
    }

    #[test]
    fn the_order_of_members_is_irrelevant_in_every_schema(
        ((schema, leads), order) in (schema_and_leads(), vec(any::<u32>(), 8)),
        first: bool,
    ) {
        for lead in &leads {
            let mut members: Vec<_> = members(&schema, lead).into_iter().zip(&order).collect();
            members.sort_by_key(|(_, order)| **order);
            let members: Vec<_> =
                members.iter().map(|((name, value), _)| format!("{}:{value}", quoted(name))).collect();
            let (id, features) = (quoted(lead.id()), members.join(" , "));
            let json = match first {
                true => format!("{{\"features\":{{{features}}}, \"lead_id\":{id}}}"),
                false => format!("{{\"lead_id\":{id} ,\"features\" : {{ {features} }} }}"),
            };
            prop_assert_eq!(&Lead::from_json(&schema, json.as_bytes()).unwrap(), lead);
        }
    }

    #[test]
    fn a_missing_value_is_the_same_however_it_is_said((schema, leads) in schema_and_leads(), ways in vec(any::<u8>(), 8)) {
        for lead in &leads {
            let mut said = members(&schema, lead);
            let mut unsaid = 0;
            for ((feature, value), way) in schema.features().iter().zip(lead.values()).zip(&ways) {
                if value.is_nan() {
                    unsaid += 1;
                    let tokens = &feature.missing;
                    let token = tokens.get(usize::from(*way) % tokens.len().max(1));
                    let way = match (way % 4, token) {
                        (0, _) => continue,
                        (1, _) => "null".to_owned(),
                        (2, Some(token)) => quoted(&format!(" {token}\t")),
                        _ => "\"\"".to_owned(),
                    };
                    said.push((feature.name.clone(), way));
                }
            }
            let again = Lead::from_json(&schema, body(lead.id(), &said).as_bytes()).unwrap();
            prop_assert_eq!(&again, lead);
            let defaults = schema.features().len() - said.len();
            prop_assert!((unsaid..=unsaid + defaults).contains(&again.imputed()));
        }
    }

    #[test]
    fn a_member_that_appears_again_is_noticed_once(
        (schema, leads) in schema_and_leads(),
        times in 1..4_usize,
        value in prop_oneof![Just("null"), Just("0"), Just("\"a\""), Just("[]"), Just("1e999")],
    ) {
        let mut members = members(&schema, &leads[0]);
        prop_assume!(!members.is_empty());
        for _ in 0..times {
            members.push((members[0].0.clone(), value.to_owned()));
        }
        let faults = Lead::from_json(&schema, body("", &members).as_bytes()).unwrap_err();
        prop_assert_eq!(faults.len(), 1, "{}", faults);
        prop_assert_eq!(faults.iter().next().unwrap().code, FaultCode::Duplicate);
    }

    #[test]
    fn values_spelled_as_text_are_the_values(feature in feature(), draw in draw()) {
        let value = drawn(&feature, draw);
        if !value.is_nan() {
            prop_assert_eq!(read(&feature, &spelled(&feature, value)), Ok(value.to_bits()));
            let text = match feature.levels.get(value as usize) {
                Some(level) => level.clone(),
                None if feature.levels.is_empty() => as_text(&feature, value),
                None => serde_json::from_str(&spelled(&feature, value)).unwrap(),
            };
            let parsed = parsed(&feature, &text);
            prop_assert!(parsed == Ok(value.to_bits()) || is_no_amount(&feature, &text));
        }
    }

    #[test]
    fn a_text_in_json_is_that_text_elsewhere(feature in feature(), text in text()) {
        if let Ok(value) = read(&feature, &quoted(&text)) {
            prop_assert_eq!(parsed(&feature, &text), Ok(value));
        }
        let known = !feature.levels.is_empty() || feature.missing.iter().any(|token| token == text.trim());
        if known && feature.kind == Kind::Category && feature.presence != Presence::Required {
            let elsewhere = parsed(&feature, &text);
            prop_assert!(text.trim().is_empty() || read(&feature, &quoted(&text)) == elsewhere);
        }
    }

    #[test]
    fn a_number_in_json_is_that_number_elsewhere(feature in feature(), number in number()) {
        let json = read(&feature, &format!("{number:?}"));
        let text = as_text(&feature, number);
        let elsewhere = parsed(&feature, &text);
        if feature.levels.is_empty() {
            prop_assert!(json == elsewhere || is_no_amount(&feature, &text));
        } else if let Ok(value) = json {
            // Levels may spell the same number in another way, which only a text can tell.
            let unseen = (feature.levels.len() as f64).to_bits();
            prop_assert!(elsewhere == Ok(value) || elsewhere == Ok(unseen));
        }
    }

    #[test]
    fn tiers_follow_the_probability_between_any_cut_points(
        cut_points in cut_points(),
        a in 0.0..=1.0_f64,
        b in 0.0..=1.0_f64,
        at in 0..4_usize,
    ) {
        let point = cut_points.points()[at];
        let mut ordered = [a, b, point, point.next_up(), point.next_down(), 0.0, 1.0];
        ordered.sort_by(f64::total_cmp);
        let buckets = ordered.map(|probability| cut_points.bucket(probability));
        prop_assert!(buckets.is_sorted());
        prop_assert!(buckets.is_sorted_by(|low, high| low.tier() >= high.tier()));
        prop_assert_eq!((buckets[0].get(), buckets[6].get()), (1, 5));
    }

    #[test]
    fn every_lead_of_every_model_has_a_score_that_is_the_sum_of_its_parts(artifact in artifact()) {
        let scorer = Scorer::new(artifact).unwrap();
        let schema = scorer.schema();
        let scorecard = &scorer.artifact().scorecard;
        let leads: Vec<Lead> = scorer.artifact().golden.iter().map(|golden| {
            let given = schema.features().iter().zip(&golden.values).filter(|(_, value)| !value.is_nan());
            let members: Vec<_> = given.map(|(f, &value)| (f.name.clone(), spelled(f, value))).collect();
            Lead::from_json(schema, body("", &members).as_bytes()).unwrap()
        }).collect();
        let mut together = Vec::new();
        scorer.score_many(&leads, &mut together);
        for (lead, together) in leads.iter().zip(together) {
            let score: Score = scorer.score(lead);
            prop_assert_eq!(score, together);
            prop_assert!((0.0..=1.0).contains(&score.probability) && score.log_odds.is_finite());
            let curves = scorecard.curves.iter().zip(lead.values());
            let curves = curves.map(|(entry, &value)| entry.curve.points(value));
            let value = |name: &String| lead.values()[schema.position(name).unwrap()];
            let pairs = scorecard.pairs.iter();
            let pairs = pairs.map(|pair| pair.points(value(&pair.features[0]), value(&pair.features[1])));
            let parts: Vec<f64> = curves.chain(pairs).chain([scorecard.intercept]).collect();
            // Between two points a line carries the rounding of the larger one.
            let cells = scorecard.pairs.iter().flat_map(|pair| pair.points.iter().flatten());
            let points = scorecard.curves.iter().flat_map(|entry| match &entry.curve {
                Curve::Ramp(ramp) => &ramp.points,
                Curve::Levels(levels) => &levels.points,
            });
            let largest = cells.chain(points).fold(0.0, |most: f64, points| most.max(points.abs()));
            let size = parts.iter().map(|part| part.abs()).sum::<f64>() + largest;
            let difference = (score.log_odds - parts.iter().sum::<f64>()).abs();
            prop_assert!(difference <= 1e-12 * (1.0 + size), "{difference:e} of {size:e}");
        }
    }

    #[test]
    fn a_curve_meets_its_points_and_stays_between_them((curve, draws) in curve_and_draws()) {
        let (at, points) = match &curve {
            Curve::Ramp(ramp) => (&ramp.knots, &ramp.points),
            Curve::Levels(levels) => (&levels.values, &levels.points),
        };
        for (&at, &points) in at.iter().zip(points) {
            prop_assert!((curve.points(at) - points).abs() <= 1e-9 * (1.0 + points.abs()));
        }
        if let Curve::Ramp(ramp) = &curve {
            let low = points.iter().copied().fold(f64::INFINITY, f64::min);
            let high = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let slack = 1e-9 * (1.0 + high.abs().max(low.abs()));
            for (_, _, value) in draws {
                let points = curve.points(value);
                prop_assert!((low - slack..=high + slack).contains(&points));
            }
            prop_assert_eq!(curve.points(f64::NAN).to_bits(), ramp.missing.to_bits());
        }
    }

    #[test]
    fn a_pair_is_the_textbook_s_bilinear_grid((pair, values) in pair_and_values()) {
        let size = pair.points.iter().flatten().fold(1.0, |size: f64, points| size.max(points.abs()));
        for [first, second] in values {
            let (found, expected) = (pair.points(first, second), bilinear(&pair, [first, second]));
            prop_assert!((found - expected).abs() <= 1e-9 * size, "{found} for {expected}");
        }
    }

    #[test]
    fn a_pair_meets_its_cells_and_has_no_step_at_a_knot((pair, _) in pair_and_values()) {
        let [rows, columns] = pair.axes.each_ref().map(|(Axis::Knots(at) | Axis::Levels(at))| at);
        let size = pair.points.iter().flatten().fold(1.0, |size: f64, points| size.max(points.abs()));
        for (row, &first) in rows.iter().enumerate() {
            for (column, &second) in columns.iter().enumerate() {
                let cell = pair.points[row][column];
                prop_assert_eq!(pair.points(first, second), cell);
                if matches!(pair.axes[0], Axis::Knots(_)) && row > 0 {
                    let before = rows[row - 1];
                    let (_, share) = pair.axes[0].locate(first.next_down());
                    let step = (pair.points(first.next_down(), second) - cell).abs();
                    let allowed = 2.0 * size * (1.0 - share) + 1e-9 * size;
                    prop_assert!(step <= allowed || first.next_down() == before);
                }
            }
        }
    }
}

fn curve_and_draws() -> impl Strategy<Value = (Curve, Vec<Draw>)> {
    (feature().prop_flat_map(|feature| curve(&feature)), vec(draw(), 1..6))
}
