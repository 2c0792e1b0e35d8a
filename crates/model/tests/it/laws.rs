//! Laws of the core that hold for every schema, lead, and model, not only for the built-in ones.

use lead_model::{Artifact, Feature, FeatureCurve, Lead, Schema, Scorer};
use proptest::prelude::*;

use crate::arbitrary::{artifact, body, cut_points, schema, schema_and_leads, spelled, text};

fn file(artifact: &Artifact) -> Vec<u8> {
    let mut file = Vec::new();
    artifact.write(&mut file).unwrap();
    file
}

/// A lead's features as JSON spells them, without those that are missing.
fn members(schema: &Schema, lead: &Lead) -> Vec<(String, String)> {
    let pairs = schema.features().iter().zip(lead.values());
    let given = pairs.filter(|(_, value)| !value.is_nan());
    given.map(|(feature, &value)| (feature.name.clone(), spelled(feature, value))).collect()
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
            let bits = |lead: &Lead| lead.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&again), bits(lead));
        }
    }

    #[test]
    fn every_model_survives_its_file(artifact in artifact()) {
        let bytes = file(&artifact);
        let scorer = Scorer::load(&bytes[..]).unwrap();
        prop_assert_eq!(file(scorer.artifact()), bytes);
        // Null stands for missing: only golden leads hold one, and NaN equals nothing.
        let values = |artifact: &Artifact| {
            let all = artifact.golden.iter().flat_map(|golden| golden.values.clone());
            all.map(f64::to_bits).collect::<Vec<_>>()
        };
        prop_assert_eq!(values(scorer.artifact()), values(&artifact));
    }
}
