//! [`Breach`]: where leads of one schema are no leads of another.
//!
//! A model may take over from another under traffic only if nobody who sends leads notices more than other scores. So
//! [`Schema::breaches`] compares what two schemas take, not how they are written down: ranges may widen, levels may be
//! added, what was required may become optional, and features that a lead need not bring may follow at the end.

use super::{Feature, Kind, Presence, Schema};

/// Where leads of one schema are no leads of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The feature's name.
    pub feature: String,
    /// What became of it, as the end of a sentence that begins with its name.
    pub what: &'static str,
}

impl Schema {
    /// What keeps leads of `earlier` from being leads of this schema: at most one breach per feature, and none only if
    /// every lead of `earlier`, by names in JSON or as bare values in its order, is one of this schema.
    ///
    /// Where only numbers that mean missing or name a level fill a gap in a range, it counts as a breach all the same.
    ///
    /// ```
    /// use lead_model::Schema;
    ///
    /// let earlier = Schema::b2b();
    /// let mut features = earlier.features().to_vec();
    /// features[13].max = Some(0.5);
    /// let later = Schema::new("b2b", features)?;
    /// assert_eq!(later.breaches(&earlier)[0].what, "takes fewer numbers");
    /// assert!(earlier.breaches(&later).is_empty());
    /// # Ok::<(), lead_model::ModelError>(())
    /// ```
    pub fn breaches(&self, earlier: &Self) -> Vec<Breach> {
        let of = |feature: &Feature, what| Breach { feature: feature.name.clone(), what };
        let kept = earlier.features().iter().enumerate().filter_map(|(position, known)| {
            let what = match self.position(&known.name) {
                None => Some("is gone"),
                Some(other) if other != position => Some("stands in another place"),
                Some(_) => breach(&self.features()[position], known),
            };
            what.map(|what| of(known, what))
        });
        let new = self.features().iter().filter_map(|feature| {
            let demanded = feature.presence == Presence::Required;
            let unknown = earlier.position(&feature.name).is_none();
            (demanded && unknown).then(|| of(feature, "is new and required"))
        });
        kept.chain(new).collect()
    }
}

/// What a value of `earlier` can be that is none of `later`.
fn breach(later: &Feature, earlier: &Feature) -> Option<&'static str> {
    let lost = |taken: &dyn Fn(&Feature) -> bool| taken(earlier) && !taken(later);
    if lost(&|feature| feature.presence != Presence::Required) {
        return Some("became required");
    }
    if lost(&|feature| feature.presence == Presence::Optional) {
        return Some("may no longer be null");
    }
    if [false, true].iter().any(|&truth| lost(&|feature| feature.truth(truth).is_ok())) {
        return Some("takes no true or false any more");
    }
    let texts =
        || [later, earlier].into_iter().flat_map(|one| one.levels.iter().chain(&one.missing));
    let other = unheard(texts());
    let mut words = texts().map(String::as_str).chain(["", &other]);
    if words.any(|text| lost(&|feature| feature.text(text).is_ok())) {
        return Some("takes fewer texts");
    }
    // Numbers that are names, and then all that are not.
    let mut named = [later, earlier]
        .into_iter()
        .flat_map(|one| texts().filter_map(|text| one.numeral(text)))
        .filter(|number| number.is_finite());
    let fewer = named.any(|number| lost(&|feature| feature.number(number).is_ok()))
        || match (numbers(earlier), numbers(later)) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(known), Some(now)) => {
                now.low > known.low || now.high < known.high || (now.whole && known.has_fractions())
            }
        };
    fewer.then_some("takes fewer numbers")
}

/// A text that none of these is.
fn unheard<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let longest = texts.map(String::len).max().unwrap_or(0);
    "x".repeat(longest + 1)
}

/// Numbers that are taken for what they are, or as one more name.
struct Numbers {
    low: f64,
    high: f64,
    whole: bool,
}

impl Numbers {
    fn has_fractions(&self) -> bool {
        !self.whole && (self.low < self.high || self.low.fract() != 0.0)
    }
}

/// The numbers that a feature takes beside those that name a level or mean missing; `None` for none.
fn numbers(feature: &Feature) -> Option<Numbers> {
    let category = feature.kind == Kind::Category && !feature.levels.is_empty();
    if feature.levels.iter().any(|level| feature.numeral(level).is_some()) {
        // Any other number is the unseen level; a flag has none.
        return category.then_some(Numbers { low: f64::MIN, high: f64::MAX, whole: false });
    }
    if category {
        return None;
    }
    let (low, high) = feature.bounds();
    Some(Numbers { low, high, whole: feature.kind != Kind::Real })
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::Breach;
    use crate::{Feature, Kind, Lead, Presence, Schema};

    fn plain(name: &str) -> Feature {
        let mut feature = Schema::b2b().features()[13].clone();
        (feature.name, feature.min, feature.max) = (name.to_owned(), None, None);
        feature
    }

    fn of(features: Vec<Feature>) -> Schema {
        Schema::new("any", features).expect("a sound schema")
    }

    fn what(later: Feature, earlier: Feature) -> Vec<&'static str> {
        let breaches = of(vec![later]).breaches(&of(vec![earlier]));
        breaches.into_iter().map(|breach| breach.what).collect()
    }

    #[test]
    fn a_schema_follows_itself_and_may_widen() {
        let b2b = Schema::b2b();
        assert_eq!(b2b.breaches(&b2b), []);
        let wide = Feature { min: Some(-1.0), max: Some(2.0), ..plain("a") };
        let narrow = Feature { min: Some(0.0), max: Some(1.0), ..plain("a") };
        assert_eq!(what(wide.clone(), narrow.clone()), [""; 0]);
        assert_eq!(what(narrow.clone(), wide), ["takes fewer numbers"]);
        let whole = Feature { kind: Kind::Integer, ..narrow.clone() };
        assert_eq!(what(narrow.clone(), whole.clone()), [""; 0]);
        assert_eq!(what(whole, narrow), ["takes fewer numbers"]);
    }

    #[test]
    fn presence_may_loosen_and_not_tighten() {
        let with = |presence| Feature { presence, ..plain("a") };
        let [required, default, optional] =
            [Presence::Required, Presence::Default(0.0), Presence::Optional].map(with);
        assert_eq!(what(default.clone(), required.clone()), [""; 0]);
        assert_eq!(what(optional.clone(), default.clone()), [""; 0]);
        assert_eq!(what(required.clone(), default.clone()), ["became required"]);
        assert_eq!(what(required, optional.clone()), ["became required"]);
        assert_eq!(what(default, optional), ["may no longer be null"]);
    }

    #[test]
    fn features_may_follow_at_the_end_and_neither_go_nor_move() {
        let optional = |name| Feature { presence: Presence::Optional, ..plain(name) };
        let two = of(vec![plain("a"), plain("b")]);
        let three = of(vec![plain("a"), plain("b"), optional("c")]);
        assert_eq!(three.breaches(&two), []);
        let breach = |feature: &str, what| Breach { feature: feature.to_owned(), what };
        assert_eq!(two.breaches(&three), [breach("c", "is gone")]);
        let demanding = of(vec![plain("a"), plain("b"), plain("c")]);
        assert_eq!(demanding.breaches(&two), [breach("c", "is new and required")]);
        let moved = of(vec![plain("b"), plain("a")]);
        let place = "stands in another place";
        assert_eq!(moved.breaches(&two), [breach("a", place), breach("b", place)]);
    }

    #[test]
    fn names_of_levels_may_be_added_and_a_category_may_not_become_a_number() {
        let category = |levels: &[&str]| Feature {
            kind: Kind::Category,
            levels: levels.iter().map(|&level| level.to_owned()).collect(),
            ..plain("a")
        };
        // A text that is no level is the unseen one, so even fewer levels refuse nobody.
        assert_eq!(what(category(&["x"]), category(&["x", "y"])), [""; 0]);
        assert_eq!(what(plain("a"), category(&["x"])), ["takes fewer texts"]);
        assert_eq!(what(category(&["x"]), plain("a")), ["takes fewer numbers"]);
        assert_eq!(what(category(&["1", "2"]), plain("a")), [""; 0]);
        let flag = Feature {
            kind: Kind::Flag,
            levels: vec!["M".into(), "F".into()],
            min: Some(0.0),
            max: Some(1.0),
            ..plain("a")
        };
        assert_eq!(what(flag.clone(), category(&["M", "F"])), ["takes fewer texts"]);
        assert_eq!(what(category(&["M", "F"]), flag), ["takes no true or false any more"]);
    }

    fn feature() -> impl Strategy<Value = Feature> {
        let kinds = select(vec![Kind::Real, Kind::Integer, Kind::Flag, Kind::Category]);
        let presences =
            select(vec![Presence::Required, Presence::Default(1.0), Presence::Optional]);
        let ends = || option::of(select(vec![-2.0, 0.0, 1.0, 3.0]));
        let words = || vec(select(vec!["x", "y", "1", "2", "yes", "no", "true", "7"]), 0..3);
        let features = (kinds, presences, ends(), ends(), words(), words());
        features.prop_filter_map(
            "a sound feature",
            |(kind, presence, min, max, levels, missing)| {
                let own = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
                let (levels, missing) = (own(levels), own(missing));
                let feature = Feature { kind, presence, min, max, levels, missing, ..plain("a") };
                Schema::new("any", vec![feature.clone()]).ok().map(|_| feature)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

        /// Both ways: no breach, no value that is refused; a breach, and one of these values shows it.
        #[test]
        fn a_breach_is_a_value_that_was_taken_and_is_not(later in feature(), earlier in feature()) {
            let values = [
                "", "null", "true", "false", "\"\"", "\"x\"", "\"y\"", "\"1\"", "\"2\"", "\"7\"",
                "\"yes\"", "\"no\"", "\"true\"", "\"other\"", "-9e15", "-1e300", "-2.5", "-2", "-1.5", "-1", "-0.5",
                "0", "0.5", "1", "1.5", "2", "2.5", "3", "7", "8", "9e15", "1e300",
            ];
            let (later, earlier) = (of(vec![later]), of(vec![earlier]));
            let takes = |schema: &Schema, value: &str| {
                let member = if value.is_empty() { String::new() } else { format!("\"a\":{value}") };
                let body = format!("{{\"lead_id\":\"\",\"features\":{{{member}}}}}");
                Lead::from_json(schema, body.as_bytes()).is_ok()
            };
            let lost: Vec<_> =
                values.iter().filter(|value| takes(&earlier, value) && !takes(&later, value)).collect();
            let breaches = later.breaches(&earlier);
            prop_assert!(lost.is_empty() || !breaches.is_empty(), "{:?}", lost);
            let feature = &later.features()[0];
            let fills_gaps = |text: &String| feature.numeral(text).is_some();
            if !feature.levels.iter().chain(&feature.missing).any(fills_gaps) {
                prop_assert!(breaches.is_empty() || !lost.is_empty(), "{:?}", breaches);
            }
        }
    }
}
