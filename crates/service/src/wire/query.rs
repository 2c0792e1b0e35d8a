//! What a caller asks for in the query: details, reasons, and how a batch is judged.
//!
//! [`Query`] holds the parameters; a handler asks for those that mean something to it, so that all others are ignored
//! there. What they make of an answer is written by `response`.

use std::{
    future::{Ready, ready},
    num::NonZeroUsize,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};

use crate::error::ApiError;

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

/// What a bad lead does to its batch: `mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It refuses the batch.
    Strict,
    /// It has an error in its place, and the others have their scores.
    Partial,
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
        let Some(typed) = self.given("include_details") else { return Ok(Details::Omitted) };
        match typed.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(Details::Included),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(Details::Omitted),
            _ => Err(ApiError::InvalidParameter {
                name: "include_details",
                expected: "one of true, false, 1, 0, yes, no, on, off, t, f, y, n",
            }),
        }
    }

    /// `explain`: how many reasons of either kind are wanted, from 1 to the number of `features`; by default none.
    pub(crate) fn reasons(&self, features: usize) -> Result<Option<NonZeroUsize>, ApiError> {
        let Some(typed) = self.given("explain") else { return Ok(None) };
        // The standard library takes a plus sign as well.
        let digits = typed.bytes().all(|byte| byte.is_ascii_digit());
        let count =
            typed.parse().ok().filter(|count: &NonZeroUsize| digits && count.get() <= features);
        count.map(Some).ok_or(ApiError::InvalidParameter {
            name: "explain",
            expected: "a whole number from 1 to the number of features",
        })
    }

    /// `mode`, by default strict.
    pub(crate) fn mode(&self) -> Result<Mode, ApiError> {
        match self.given("mode") {
            None | Some("strict") => Ok(Mode::Strict),
            Some("partial") => Ok(Mode::Partial),
            Some(_) => {
                Err(ApiError::InvalidParameter { name: "mode", expected: "strict or partial" })
            }
        }
    }
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
}
