//! Where leads come from, and leads as they are sent.
//!
//! [`LeadSource`] makes leads of a schema without end: the built-in one's from [`lead_model::synth`], another's from how its
//! model's training rows were distributed, or evenly over its ranges. How many are kept is the corpus's to say.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use lead_model::synth::Leads;
use lead_model::{Feature, Histogram, Kind, Lead, Presence, Reference, Schema, Scorer};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::Flaw;
use super::points::Expected;

/// How often an optional feature is left out, where nothing is known of its distribution.
const GAP: f64 = 0.05;

/// Where a feature without a stated end is drawn from: so far beyond its other end.
const OPEN: f64 = 100.0;

/// What leads are like.
#[derive(Debug, Clone)]
pub struct LeadSource {
    schema: Arc<Schema>,
    /// How the training rows of a model were distributed.
    reference: Option<Arc<Reference>>,
    is_synthetic: bool,
}

impl Default for LeadSource {
    fn default() -> Self {
        Self::of(Schema::b2b(), None)
    }
}

impl LeadSource {
    /// Leads of a schema, distributed as `reference` says; those of the built-in schema always come from
    /// [`lead_model::synth`].
    pub fn of(schema: Schema, reference: Option<Reference>) -> Self {
        let is_synthetic = schema == Schema::b2b();
        Self { schema: Arc::new(schema), reference: reference.map(Arc::new), is_synthetic }
    }

    /// Leads for a model file of `lead-model train`, or of a schema as `lead-model schema --json` prints it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is neither.
    pub fn open(path: &Path) -> Result<Self, Flaw> {
        let bytes = std::fs::read(path).map_err(|reason| {
            Flaw(format!("cannot read it ({reason}); the path counts from the scenario's folder"))
        })?;
        if let Ok(schema) = serde_json::from_slice::<Schema>(&bytes) {
            return Ok(Self::of(schema, None));
        }
        let scorer = Scorer::load(&bytes[..]).map_err(|fault| {
            Flaw(format!(
                "it is neither a model file nor a schema as `lead-model schema --json` prints it ({fault})"
            ))
        })?;
        let model = scorer.artifact();
        Ok(Self::of(model.schema.clone(), model.reference.clone()))
    }

    /// What a lead looks like.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Leads without end; the same seed makes the same.
    pub(super) fn leads(&self, seed: u64) -> Box<dyn Iterator<Item = Lead> + '_> {
        if self.is_synthetic {
            return Box::new(Leads::new(seed).map(|example| example.lead));
        }
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        Box::new((1_u64..).map(move |number| self.lead(number, &mut rng)))
    }

    fn lead(&self, number: u64, rng: &mut Pcg64Mcg) -> Lead {
        let features = self.schema.features().iter().enumerate();
        let values: Vec<f64> = features
            .map(|(position, feature)| {
                let seen = self.reference.as_ref().map(|reference| &reference.features[position]);
                draw(feature, seen, rng)
            })
            .collect();
        Lead::from_values(&self.schema, format!("lead-{number:07}"), values)
            .expect("every value was checked as it was drawn")
    }
}

/// A value that the feature takes, NaN where it is left out.
fn draw(feature: &Feature, seen: Option<&Histogram>, rng: &mut Pcg64Mcg) -> f64 {
    let drawn = match seen {
        Some(seen) if seen.rows() > 0 => of_histogram(feature.kind, seen, rng),
        _ if feature.presence == Presence::Optional && rng.random_bool(GAP) => f64::NAN,
        _ => of_range(feature, rng),
    };
    if drawn.is_nan() && feature.presence == Presence::Optional {
        return f64::NAN;
    }
    let (low, high) = feature.bounds();
    let whole = if feature.kind == Kind::Real { drawn } else { drawn.round() };
    // The lower end is a value of every feature; the schema's own check saw to that.
    feature.check(whole.clamp(low, high)).unwrap_or(low)
}

/// A value like those that were counted: a bin by its rows, then evenly within it.
fn of_histogram(kind: Kind, seen: &Histogram, rng: &mut Pcg64Mcg) -> f64 {
    let mut ticket = rng.random_range(0..seen.rows());
    let [least, most] = seen.range.unwrap_or([f64::NAN; 2]);
    for (bin, &rows) in seen.counts.iter().enumerate() {
        if ticket < rows {
            let high = seen.edges.get(bin).copied().unwrap_or(most);
            return match (kind, bin) {
                // A category's edges are its levels' numbers; the last bin holds the rare ones.
                (Kind::Category, _) if bin < seen.edges.len() => high,
                (_, 0) => within(least.min(high), high, rng),
                (Kind::Real, _) => within(seen.edges[bin - 1], high, rng),
                // The lower edge itself belongs to the bin before, and so does what rounds to it.
                _ => within((seen.edges[bin - 1].floor() + 0.5).min(high), high, rng),
            };
        }
        ticket -= rows;
    }
    f64::NAN
}

fn of_range(feature: &Feature, rng: &mut Pcg64Mcg) -> f64 {
    if feature.kind == Kind::Flag {
        return f64::from(u8::from(rng.random_bool(0.5)));
    }
    let (low, high) = feature.bounds();
    match (feature.min, feature.max) {
        _ if feature.kind == Kind::Category => within(low, high.min(low + OPEN), rng),
        (None, None) => within(-OPEN, OPEN, rng),
        (None, Some(_)) => within(high - OPEN, high, rng),
        _ => within(
            low,
            if feature.max.is_none() || high - low > 1e9 { low + OPEN } else { high },
            rng,
        ),
    }
}

/// A number between two others, with so few digits as people write.
fn within(low: f64, high: f64, rng: &mut Pcg64Mcg) -> f64 {
    if low >= high || low.is_nan() || high.is_nan() {
        return high;
    }
    let drawn = rng.random_range(low..=high);
    let rounded = (drawn * 1e3).round() / 1e3;
    if (low..=high).contains(&rounded) { rounded } else { drawn }
}

/// One lead as it is sent.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// The id that the answer must name.
    pub(crate) id: Box<str>,
    /// The score that the answer must give, where a model was named to tell.
    pub(crate) expected: Option<Expected>,
    pub(super) json: Bytes,
    /// Where the object of the features begins.
    features: usize,
}

impl Rendered {
    pub(super) fn new(schema: &Schema, lead: &Lead) -> Self {
        let mut json = Vec::with_capacity(2_048);
        lead.write_json(schema, &mut json);
        json.shrink_to_fit();
        // A name of a feature or an id may hold these words too, but only with its quotes escaped.
        let mark = b"\"features\":";
        let features = json.windows(mark.len()).position(|window| window == mark);
        let features = features.expect("a lead is written with its features") + mark.len();
        Self { id: lead.id().into(), expected: None, json: Bytes::from(json), features }
    }

    /// The object of the features.
    pub(super) fn features(&self) -> &[u8] {
        &self.json[self.features..self.json.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use lead_model::{Histogram, Lead, Reference, Schema};

    use super::{LeadSource, Rendered};

    #[test]
    fn leads_of_any_schema_read_back_and_differ() {
        let mut features = Schema::b2b().features().to_vec();
        features.reverse();
        let own = Schema::new("own", features).unwrap();
        let source = LeadSource::of(own.clone(), None);
        let leads: Vec<Lead> = source.leads(3).take(50).collect();
        for lead in &leads {
            let rendered = Rendered::new(&own, lead);
            assert_eq!(&Lead::from_json(&own, &rendered.json).unwrap(), lead);
            assert!(rendered.features().starts_with(b"{\"") && rendered.features().ends_with(b"}"));
        }
        assert_ne!(leads[0].values(), leads[1].values());
        assert_eq!(source.leads(3).next().unwrap(), leads[0]);
    }

    #[test]
    fn leads_of_a_model_are_distributed_as_its_training_rows() {
        let names = ["company_public_status", "geographic_tier", "website_visits_30d"];
        let b2b = Schema::b2b();
        let features = names.map(|name| b2b.features()[b2b.position(name).unwrap()].clone());
        let histogram = |of: &str, edges: &[f64], counts: &[u64], range| Histogram {
            of: of.to_owned(),
            edges: edges.to_vec(),
            counts: counts.to_vec(),
            missing: 0,
            range: Some(range),
        };
        let seen = vec![
            histogram(names[0], &[0.0], &[90, 10], [0.0, 1.0]),
            histogram(names[1], &[1.0, 3.0], &[75, 25, 0], [1.0, 3.0]),
            histogram(names[2], &[0.0, 10.0], &[50, 25, 25], [0.0, 40.0]),
        ];
        let score = histogram("score", &[], &[100], [0.0, 1.0]);
        let own = Schema::new("own", features.into()).unwrap();
        let source = LeadSource::of(own, Some(Reference { features: seen, score }));
        let leads: Vec<Lead> = source.leads(3).take(2_000).collect();
        let share = |feature: usize, is_so: fn(f64) -> bool| {
            let count = leads.iter().filter(|lead| is_so(lead.values()[feature])).count();
            (count as f64 / 20.0).round()
        };
        // Four standard deviations of a share of 2,000 draws are below 5 %.
        for (found, percent) in [
            (share(0, |value| value == 1.0), 10.0),
            (share(1, |value| value == 3.0), 25.0),
            (share(1, |value| value == 2.0), 0.0),
            (share(2, |value| value == 0.0), 50.0),
            (share(2, |value| (1.0..=10.0).contains(&value)), 25.0),
            (share(2, |value| (11.0..=40.0).contains(&value)), 25.0),
        ] {
            assert!((found - percent).abs() <= 5.0, "{found} % instead of {percent} %");
        }
    }

    #[test]
    fn the_built_in_schema_gives_the_synthetic_world() {
        let expect = lead_model::synth::Leads::new(5).next().unwrap().lead;
        assert_eq!(LeadSource::default().leads(5).next().unwrap(), expect);
    }
}
