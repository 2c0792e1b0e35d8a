//! [`Numbers`]: a tensor's data in JSON, flat or a row at a time, `null` for a value that is not given.
//!
//! How many there should be, and what they mean, is not asked here.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use utoipa::{PartialSchema, openapi};

/// Numbers in row-major order, NaN for `null`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) values: Vec<f64>,
    /// Whether a row of them was an array of its own.
    pub(super) nested: bool,
}

/// What they look like, for the description of the API.
pub(super) fn schema() -> openapi::RefOr<openapi::Schema> {
    let row = Vec::<Option<f64>>::schema();
    let element = openapi::schema::AnyOfBuilder::new().item(Option::<f64>::schema()).item(row);
    openapi::ArrayBuilder::new()
        .items(openapi::RefOr::T(element.into()))
        .description(Some("Row by row, flat or nested; `null` is a value that is not given."))
        .into()
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = Numbers;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("numbers, flat or nested by dimension")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Numbers, A::Error> {
                let mut numbers = Numbers::default();
                while let Some(item) = items.next_element::<Element>()? {
                    match item {
                        Element::Number(number) => numbers.values.push(number),
                        Element::Row(row) => {
                            numbers.nested = true;
                            numbers.values.extend(row);
                        }
                    }
                }
                Ok(numbers)
            }
        }

        from.deserialize_seq(Elements)
    }
}

/// A number, or a row of numbers.
enum Element {
    Number(f64),
    Row(Vec<f64>),
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Element;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number, null, or a row of them")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Element, E> {
                Ok(Element::Number(number))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Element, E> {
                Ok(Element::Number(number as f64))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Element, E> {
                Ok(Element::Number(number as f64))
            }

            fn visit_unit<E>(self) -> Result<Element, E> {
                Ok(Element::Number(f64::NAN))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Element, A::Error> {
                let mut row = Vec::new();
                while let Some(number) = items.next_element::<Option<f64>>()? {
                    row.push(number.unwrap_or(f64::NAN));
                }
                Ok(Element::Row(row))
            }
        }

        from.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    fn read(json: &str) -> Option<(Vec<f64>, bool)> {
        let numbers: Numbers = serde_json::from_str(json).ok()?;
        Some((numbers.values, numbers.nested))
    }

    #[test]
    fn flat_and_nested_data_give_the_same_numbers() {
        assert_eq!(read("[1, 2.5, -3, 4]"), Some((vec![1.0, 2.5, -3.0, 4.0], false)));
        assert_eq!(read("[[1, 2.5], [-3, 4]]"), Some((vec![1.0, 2.5, -3.0, 4.0], true)));
        assert_eq!(read("[]"), Some((Vec::new(), false)));
    }

    #[test]
    fn null_is_a_value_that_is_not_given() {
        assert!(read("[null]").expect("numbers").0[0].is_nan());
        assert!(read("[[null]]").expect("numbers").0[0].is_nan());
    }

    #[test]
    fn anything_else_is_refused() {
        for odd in
            ["[true]", "[\"1\"]", "[{}]", "{}", "1", "null", "[[[1]]]", "[1e400]", "[[1], {}]"]
        {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
