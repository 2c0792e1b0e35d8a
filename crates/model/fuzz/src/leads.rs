//! Leads for any schema, and the laws of every lead.

use lead_model::{Feature, Lead, Presence, Schema, Scorer};

use crate::{
    dice::Dice,
    oracle,
    spelling::{body, drawn, spelled},
};

/// Id and values of the lead in `body` as the obvious reader sees them, and whether it is JSON at all.
pub fn obvious(schema: &Schema, body: &[u8]) -> (Option<(String, Vec<u64>)>, Json) {
    match serde_json::from_slice::<oracle::Json>(body) {
        Ok(json) => {
            let lead = oracle::read(schema, json);
            (lead.map(|(id, values)| (id, bits(&values))), Json::Yes)
        }
        // Numbers beyond f64 are JSON, but serde_json has no place for them.
        Err(error) if error.to_string().starts_with("number out of range") => (None, Json::Perhaps),
        Err(_) => (None, Json::No),
    }
}

/// Whether a body is JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Json {
    /// It is.
    Yes,
    /// It may be.
    Perhaps,
    /// It is not.
    No,
}

impl Json {
    /// Whether a reader may let it through.
    pub fn is_possible(self) -> bool {
        self != Self::No
    }

    /// Whether a reader may say that it is JSON, or that it is not.
    pub fn agrees(self, is_json: bool) -> bool {
        self == Self::Perhaps || is_json == self.is_possible()
    }
}

/// A lead of `schema` that the dice decide.
///
/// # Panics
/// If its JSON is refused.
pub fn draw_lead(schema: &Schema, dice: &mut Dice) -> Lead {
    let mut members = Vec::new();
    for feature in schema.features() {
        let wild = f64::from_bits(dice.roll());
        let wild = if wild.is_finite() { wild } else { 17.0 };
        let value = drawn(feature, (dice.below(8) as u8, dice.share(), wild));
        let absent = feature.presence != Presence::Required && dice.below(4) == 0;
        if !absent && !value.is_nan() {
            members.push((feature.name.clone(), spelled(feature, value)));
        }
    }
    let json = body("drawn", &members);
    Lead::from_json(schema, json.as_bytes()).unwrap_or_else(|faults| panic!("{faults}: {json}"))
}

/// The JSON of a lead with these values, of which the missing ones are left out.
pub fn spelled_lead(schema: &Schema, values: &[f64]) -> String {
    let given = schema.features().iter().zip(values).filter(|(_, value)| !value.is_nan());
    let members: Vec<_> =
        given.map(|(feature, &value)| (feature.name.clone(), spelled(feature, value))).collect();
    body("spelled", &members)
}

/// What must hold of every lead that a reader let through.
///
/// # Panics
/// If it does not.
pub fn check_lead(scorer: &Scorer, lead: &Lead) {
    let schema = scorer.schema();
    assert_eq!(lead.values().len(), schema.len());
    let sound = |(feature, &value): (&Feature, &f64)| match value.is_nan() {
        true => feature.presence == Presence::Optional,
        false => feature.check(value).map(f64::to_bits) == Ok(value.to_bits()),
    };
    assert!(schema.features().iter().zip(lead.values()).all(sound), "{lead:?}");
    assert!(lead.imputed() <= schema.len());

    let mut json = Vec::new();
    lead.write_json(schema, &mut json);
    let again = Lead::from_json(schema, &json).expect("a lead that was written is one");
    assert_eq!((again.id(), bits(again.values())), (lead.id(), bits(lead.values())));

    let score = scorer.score(lead);
    assert!(score.log_odds.is_finite() && (0.0..=1.0).contains(&score.probability), "{score:?}");
    let mut together = Vec::new();
    scorer.score_many(&[lead.clone(), again], &mut together);
    assert_eq!(together, [score, score]);
}

/// The bits of values, of which every missing one has the same.
pub fn bits(values: &[f64]) -> Vec<u64> {
    let one = |value: &f64| if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
    values.iter().map(one).collect()
}
