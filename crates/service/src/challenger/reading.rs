//! [`Reading`]: how a challenger reads leads that were read for the live model.
//!
//! Leads are parsed once, into values in the order of the live schema. Where each value goes, and what a category's level
//! is called by the other model, is found when the challenger is seated; what cannot be known from those values alone
//! makes it a [`Misfit`].

use lead_model::{Feature, Kind, Presence, Schema};

/// Finds a challenger's values among those of a lead.
#[derive(Debug)]
pub(super) struct Reading {
    /// One per feature of the challenger; `None` where both models have one schema.
    sources: Option<Box<[Source]>>,
}

/// Where the value of one feature comes from.
#[derive(Debug)]
struct Source {
    feature: Feature,
    /// Its place among the live values.
    position: usize,
    /// The challenger's number for each level of the live feature, its unseen level last; NaN where that may be a level
    /// the challenger knows. Empty for numbers.
    levels: Box<[f64]>,
}

/// Why a challenger cannot read the leads of the live model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misfit {
    /// The live model's leads do not have the feature.
    #[error("it needs the feature {0}, which the live model does not read")]
    Lacking(String),
    /// A number here is a name there.
    #[error("its feature {0} is of another kind than the live model's")]
    Kind(String),
    /// What the live model fills in cannot be told from what was sent.
    #[error(
        "its feature {0} treats a lead without it in another way than the live model, which fills in its default"
    )]
    Filled(String),
}

impl Reading {
    /// How a model of the schema `own` reads leads of the schema `live`.
    pub(super) fn new(live: &Schema, own: &Schema) -> Result<Self, Misfit> {
        if live.features() == own.features() {
            return Ok(Self { sources: None });
        }
        let sources = own.features().iter().map(|feature| Source::new(live, feature));
        Ok(Self { sources: Some(sources.collect::<Result<_, _>>()?) })
    }

    /// Adds one lead to columns, one per feature of the challenger; `false`, and nothing added, where the challenger
    /// would refuse the lead or cannot know what it says.
    pub(super) fn add(&self, values: &[f64], columns: &mut [Vec<f64>]) -> bool {
        let Some(sources) = &self.sources else {
            values.iter().zip(columns).for_each(|(&value, column)| column.push(value));
            return true;
        };
        let rows = columns.first().map_or(0, Vec::len);
        for (source, column) in sources.iter().zip(&mut *columns) {
            let Some(value) = source.value(values[source.position]) else {
                columns.iter_mut().for_each(|column| column.truncate(rows));
                return false;
            };
            column.push(value);
        }
        true
    }
}

impl Source {
    fn new(live: &Schema, feature: &Feature) -> Result<Self, Misfit> {
        let name = || feature.name.clone();
        let position = live.position(&feature.name).ok_or_else(|| Misfit::Lacking(name()))?;
        let theirs = &live.features()[position];
        let number = |kind| matches!(kind, Kind::Real | Kind::Integer);
        let alike = theirs.kind == feature.kind || (number(theirs.kind) && number(feature.kind));
        if !alike || theirs.levels.is_empty() != feature.levels.is_empty() {
            return Err(Misfit::Kind(name()));
        }
        if matches!(theirs.presence, Presence::Default(_)) && theirs.presence != feature.presence {
            return Err(Misfit::Filled(name()));
        }
        Ok(Self { feature: feature.clone(), position, levels: levels(theirs, feature) })
    }

    fn value(&self, live: f64) -> Option<f64> {
        if live.is_nan() {
            return self.feature.absent();
        }
        let value = match self.levels.len() {
            0 => live,
            // The value of a level is its number, which the live schema has checked.
            count => self.levels[(live as usize).min(count - 1)],
        };
        self.feature.check(value).ok()
    }
}

/// The number of each of `theirs` levels in `own`, then that of any other text.
fn levels(theirs: &Feature, own: &Feature) -> Box<[f64]> {
    if own.levels.is_empty() {
        return Box::default();
    }
    let unseen = if own.kind == Kind::Category { own.levels.len() as f64 } else { f64::NAN };
    let place = |level| own.levels.iter().position(|other| other == level);
    let known = theirs.levels.iter().map(|level| place(level).map_or(unseen, |at| at as f64));
    let covers = own.levels.iter().all(|level| theirs.levels.contains(level));
    known.chain([if covers { unseen } else { f64::NAN }]).collect()
}

#[cfg(test)]
mod tests {
    use lead_model::{Feature, Kind, Lead, Presence, Schema};

    use super::{Misfit, Reading};

    fn feature(name: &str, kind: Kind, levels: &[&str]) -> Feature {
        let mut feature = Schema::b2b().features()[0].clone();
        (feature.name, feature.kind) = (name.to_owned(), kind);
        (feature.min, feature.max, feature.presence) = (None, None, Presence::Optional);
        feature.levels = levels.iter().map(|&level| level.to_owned()).collect();
        feature
    }

    fn schema(features: &[Feature]) -> Schema {
        Schema::new("some", features.to_vec()).expect("a sound schema")
    }

    fn read(reading: &Reading, values: &[f64]) -> Option<Vec<f64>> {
        let width = reading.sources.as_ref().map_or(values.len(), |sources| sources.len());
        let mut columns = vec![vec![0.5]; width];
        let added = reading.add(values, &mut columns);
        let lengths: Vec<_> = columns.iter().map(Vec::len).collect();
        assert!(lengths.iter().all(|&length| length == 1 + usize::from(added)), "{lengths:?}");
        added.then(|| columns.iter().map(|column| column[1]).collect())
    }

    #[test]
    fn one_schema_takes_the_values_as_they_are() {
        let b2b = Schema::b2b();
        let reading = Reading::new(&b2b, &b2b).expect("the same");
        let values: Vec<_> = (0..50_u8).map(f64::from).collect();
        assert_eq!(read(&reading, &values), Some(values));
    }

    #[test]
    fn a_part_of_the_features_in_another_order_finds_its_values() {
        let live = ["a", "b", "c"].map(|name| feature(name, Kind::Real, &[]));
        let own = [live[2].clone(), live[0].clone()];
        let reading = Reading::new(&schema(&live), &schema(&own)).expect("a part");
        assert_eq!(read(&reading, &[1.0, 2.0, 3.0]), Some(vec![3.0, 1.0]));
    }

    #[test]
    fn levels_are_found_by_name_as_if_the_challenger_had_read_the_text() {
        let live = schema(&[feature("c", Kind::Category, &["x", "y", "z"])]);
        let own = schema(&[feature("c", Kind::Category, &["z", "x"])]);
        let reading = Reading::new(&live, &own).expect("the same kind");
        for text in ["x", "y", "z", "new"] {
            let body = serde_json::json!({"lead_id": "", "features": {"c": text}}).to_string();
            let values = |schema: &Schema| {
                Lead::from_json(schema, body.as_bytes()).expect("a lead").values().to_vec()
            };
            assert_eq!(read(&reading, &values(&live)), Some(values(&own)), "{text}");
        }
    }

    #[test]
    fn a_text_that_only_the_challenger_knows_makes_the_lead_unreadable() {
        let live = schema(&[feature("c", Kind::Category, &["x"])]);
        let own = schema(&[feature("c", Kind::Category, &["x", "w"])]);
        let reading = Reading::new(&live, &own).expect("the same kind");
        assert_eq!(read(&reading, &[0.0]), Some(vec![0.0]));
        // Any text but x: it may have been w.
        assert_eq!(read(&reading, &[1.0]), None);
    }

    #[test]
    fn what_the_challenger_would_refuse_is_not_scored() {
        let live = [feature("a", Kind::Real, &[]), feature("b", Kind::Real, &[])];
        let mut own = live.clone();
        own[1].kind = Kind::Integer;
        own[1].max = Some(10.0);
        own[0].presence = Presence::Required;
        let reading = Reading::new(&schema(&live), &schema(&own)).expect("numbers");
        assert_eq!(read(&reading, &[1.5, 7.0]), Some(vec![1.5, 7.0]));
        for refused in [[1.5, 7.5], [1.5, 11.0], [f64::NAN, 7.0]] {
            assert_eq!(read(&reading, &refused), None, "{refused:?}");
        }
    }

    #[test]
    fn a_missing_value_becomes_what_the_challenger_makes_of_it() {
        let live = [feature("a", Kind::Real, &[])];
        let mut own = live.clone();
        own[0].presence = Presence::Default(4.0);
        let reading = Reading::new(&schema(&live), &schema(&own)).expect("a number");
        assert_eq!(read(&reading, &[f64::NAN]), Some(vec![4.0]));
    }

    #[test]
    fn what_cannot_be_known_is_a_misfit_that_names_the_feature() {
        let live = [feature("a", Kind::Real, &[]), feature("b", Kind::Category, &["x"])];
        let misfit = |own: &[Feature], live: &[Feature]| {
            Reading::new(&schema(live), &schema(own)).expect_err("a misfit")
        };
        let other = feature("z", Kind::Real, &[]);
        assert_eq!(misfit(&[other], &live), Misfit::Lacking("z".to_owned()));
        let number = feature("b", Kind::Integer, &[]);
        assert_eq!(misfit(&[number], &live), Misfit::Kind("b".to_owned()));
        let mut filled = live.clone();
        filled[0].presence = Presence::Default(0.0);
        assert_eq!(misfit(&live[..1], &filled), Misfit::Filled("a".to_owned()));
    }
}
