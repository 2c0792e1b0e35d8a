//! What a caller asks for in the query: details, reasons, how a batch is judged, and whether a model is forced in.
//!
//! [`Query`] holds the parameters; a handler asks for those that mean something to it, so that all others are ignored
//! there. What they make of an answer is written by `response`.

use std::{
    future::{Ready, ready},
    num::NonZeroUsize,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use utoipa::{
    IntoParams,
    openapi::{
        Object, ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{error::ApiError, models::Force};

/// The parameters of a request.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

/// Whether the caller asked for `include_details`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Details {
    /// The short answer.
    Omitted,
    /// Tier definitions, timing and API version as well.
    Included,
}

/// How many reasons of either kind are wanted: `explain`.
#[derive(Debug)]
pub(crate) struct Explain;

/// What a bad lead does to its batch: `mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It refuses the batch.
    Strict,
    /// It has an error in its place, and the others have their scores.
    Partial,
}

/// Whether a model is wanted also if it refuses leads that the live one takes, or was passed over: `force`.
#[derive(Debug)]
pub(crate) struct Forced;

impl Details {
    const NAME: &'static str = "include_details";
    const EXPECTED: &'static str = "one of true, false, 1, 0, yes, no, on, off, t, f, y, n";
}

impl Explain {
    pub(crate) const NAME: &'static str = "explain";
}

impl Mode {
    const NAME: &'static str = "mode";
}

impl Forced {
    const NAME: &'static str = "force";
}

impl Query {
    fn of(query: &str) -> Self {
        if query.is_empty() {
            return Self(Vec::new());
        }
        // Any text is a list of pairs: what is no UTF-8 in it has a mark in its place.
        Self(web::Query::from_query(query).map(web::Query::into_inner).unwrap_or_default())
    }

    /// The last one wins where it is given twice, as it always has.
    fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// `include_details`, by default omitted.
    pub(crate) fn details(&self) -> Result<Details, ApiError> {
        let Some(typed) = self.given(Details::NAME) else { return Ok(Details::Omitted) };
        match typed.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(Details::Included),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(Details::Omitted),
            _ => {
                Err(ApiError::InvalidParameter { name: Details::NAME, expected: Details::EXPECTED })
            }
        }
    }

    /// `explain`: how many reasons of either kind are wanted, from 1 to the number of `features`; by default none.
    pub(crate) fn reasons(&self, features: usize) -> Result<Option<NonZeroUsize>, ApiError> {
        let Some(typed) = self.given(Explain::NAME) else { return Ok(None) };
        // The standard library takes a plus sign as well.
        let digits = typed.bytes().all(|byte| byte.is_ascii_digit());
        let count =
            typed.parse().ok().filter(|count: &NonZeroUsize| digits && count.get() <= features);
        count.map(Some).ok_or(ApiError::InvalidParameter {
            name: Explain::NAME,
            expected: "a whole number from 1 to the number of features",
        })
    }

    /// `mode`, by default strict.
    pub(crate) fn mode(&self) -> Result<Mode, ApiError> {
        match self.given(Mode::NAME) {
            None | Some("strict") => Ok(Mode::Strict),
            Some("partial") => Ok(Mode::Partial),
            Some(_) => {
                Err(ApiError::InvalidParameter { name: Mode::NAME, expected: "strict or partial" })
            }
        }
    }

    /// `force`, by default not. Only two words are taken: what is meant by another should not be guessed where it matters.
    pub(crate) fn force(&self) -> Result<Force, ApiError> {
        match self.given(Forced::NAME) {
            None | Some("false") => Ok(Force::No),
            Some("true") => Ok(Force::Yes),
            Some(_) => {
                Err(ApiError::InvalidParameter { name: Forced::NAME, expected: "true or false" })
            }
        }
    }
}

/// As it stands in the description of the API; so do the others below.
impl IntoParams for Details {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let spellings = Self::EXPECTED.trim_start_matches("one of ").split(", ");
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(in_any_case(spellings.clone())))
            .examples(spellings)
            .default(Some("false".into()));
        let says = "Whether the answer has tier definitions, timing and API version as well.";
        vec![parameter(Self::NAME, says, schema.build())]
    }
}

impl IntoParams for Explain {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let says = "How many reasons of either kind each score has, the weightiest first; none without it.";
        vec![parameter(Self::NAME, says, schema.build())]
    }
}

impl IntoParams for Mode {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["strict", "partial"]))
            .default(Some("strict".into()));
        let says = "Whether one bad lead refuses the whole batch, or has an error in its place.";
        vec![parameter(Self::NAME, says, schema.build())]
    }
}

impl IntoParams for Forced {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into()));
        let says = "Whether a model is wanted also if it refuses leads that the live one takes, or was passed over.";
        vec![parameter(Self::NAME, says, schema.build())]
    }
}

fn parameter(name: &str, says: &str, schema: Object) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(says))
        .schema(Some(schema))
        .build()
}

/// A pattern that these words match, whichever of their letters are capitals.
fn in_any_case<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words
        .map(|word| {
            let letters = word.chars().map(|letter| match letter.to_ascii_uppercase() {
                capital if capital == letter => letter.to_string(),
                capital => format!("[{letter}{capital}]"),
            });
            letters.collect()
        })
        .collect();
    format!("^({})$", words.join("|"))
}

impl FromRequest for Query {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.query_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::{Details, Mode, Query};
    use crate::models::Force;

    fn details(query: &str) -> Option<Details> {
        Query::of(query).details().ok()
    }

    #[test]
    fn include_details_takes_every_spelling_in_any_case() {
        for yes in ["true", "1", "yes", "on", "t", "y", "TRUE", "Yes", "oN"] {
            assert_eq!(
                details(&format!("include_details={yes}")),
                Some(Details::Included),
                "{yes}"
            );
        }
        for no in ["false", "0", "no", "off", "f", "n", "FALSE", "No", "oFF"] {
            assert_eq!(details(&format!("include_details={no}")), Some(Details::Omitted), "{no}");
        }
        for odd in ["", "2", "maybe", "tru", "true ", "null", "%ff"] {
            assert_eq!(details(&format!("include_details={odd}")), None, "{odd:?}");
        }
    }

    #[test]
    fn a_pattern_tells_words_in_any_case() {
        assert_eq!(super::in_any_case(["on", "1"].into_iter()), "^([oO][nN]|1)$");
    }

    #[test]
    fn other_parameters_are_ignored_and_the_last_spelling_wins() {
        assert_eq!(details(""), Some(Details::Omitted));
        assert_eq!(details("x=1&include_details=t&y"), Some(Details::Included));
        assert_eq!(details("include%5Fdetails=%74rue"), Some(Details::Included));
        assert_eq!(details("include_details=1&include_details=0"), Some(Details::Omitted));
        assert_eq!(details("explain=junk&mode=junk&%ff=%ff&&="), Some(Details::Omitted));
        assert_eq!(details("include_details"), None);
    }

    #[test]
    fn explain_is_a_whole_number_up_to_the_number_of_features() {
        let reasons = |query: &str| {
            Query::of(query).reasons(50).ok().map(|count| count.map(|count| count.get()))
        };
        assert_eq!(reasons(""), Some(None));
        assert_eq!(reasons("explain=1"), Some(Some(1)));
        assert_eq!(reasons("explain=050"), Some(Some(50)));
        for odd in
            ["", "0", "51", "-1", "%2B3", "3.0", "1e1", "true", "%203", "99999999999999999999"]
        {
            assert_eq!(reasons(&format!("explain={odd}")), None, "{odd:?}");
        }
    }

    #[test]
    fn the_mode_is_one_of_two_words() {
        let mode = |query| Query::of(query).mode().ok();
        assert_eq!(mode("x=partial"), Some(Mode::Strict));
        assert_eq!(mode("mode=strict"), Some(Mode::Strict));
        assert_eq!(mode("mode=strict&mode=partial"), Some(Mode::Partial));
        for odd in ["mode", "mode=", "mode=Partial", "mode=partial%20", "mode=1"] {
            assert_eq!(mode(odd), None, "{odd}");
        }
    }

    #[test]
    fn force_is_true_or_false_and_nothing_else() {
        let force = |query| Query::of(query).force().ok();
        assert_eq!(force("x=true"), Some(Force::No));
        assert_eq!(force("force=false"), Some(Force::No));
        assert_eq!(force("force=false&force=true"), Some(Force::Yes));
        for odd in ["force", "force=", "force=True", "force=1", "force=yes", "force=true%20"] {
            assert_eq!(force(odd), None, "{odd}");
        }
    }
}
