//! A number with its unit, and how people read it.
//!
//! [`Quantity`] is what a rule observes and what it is compared with. It knows how many digits are honest to print; it
//! does not know which number is better, that is [`Op`](crate::Op)'s business.

use std::fmt;

/// A number that a rule observes or sets as its limit, with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// A time in milliseconds.
    Milliseconds(f64),
    /// Requests per second.
    PerSecond(f64),
    /// A share or a change in percent; 20.0 is 20 %.
    Percent(f64),
    /// Things that are counted one by one.
    Count(u64),
}

impl Quantity {
    /// The bare number, in the unit that [`Quantity::unit`] names.
    pub fn value(self) -> f64 {
        match self {
            Self::Milliseconds(value) | Self::PerSecond(value) | Self::Percent(value) => value,
            // Counts of a load test stay far below 2^53, where an f64 still counts one by one.
            Self::Count(count) => count as f64,
        }
    }

    /// The unit as it is written in expressions and in JSON: `ms`, `/s`, `%`, or nothing for a count.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Milliseconds(_) => "ms",
            Self::PerSecond(_) => "/s",
            Self::Percent(_) => "%",
            Self::Count(_) => "",
        }
    }

    /// The text of this quantity, with as many digits as it takes to differ from the text of `limit`.
    ///
    /// A rate of 299.9996/s that fails `>= 300` must not be printed as 300/s.
    pub fn text_beside(self, limit: Self) -> String {
        let plain = self.to_string();
        if self == limit || plain != limit.to_string() {
            return plain;
        }
        let with_digits = |quantity: Self, digits: usize| {
            format!("{:.digits$}{}", quantity.value(), self.suffix())
        };
        (1..=9)
            .map(|digits| (with_digits(self, digits), with_digits(limit, digits)))
            .find_map(|(own, other)| (own != other).then_some(own))
            .unwrap_or(plain)
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Milliseconds(_) => " ms",
            Self::PerSecond(_) => "/s",
            Self::Percent(_) => " %",
            Self::Count(_) => "",
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.write_str(&grouped(*count)),
            Self::Percent(value) => write!(f, "{} %", percent(*value)),
            Self::Milliseconds(value) | Self::PerSecond(value) => {
                write!(f, "{}{}", digits(*value), self.suffix())
            }
        }
    }
}

/// A count with a comma between every three digits.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 user`, `1,200 users`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// Three decimals below ten, one below a thousand, none above: about as fine as a load test can be repeated.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size < 10.0 => 3,
        size if size < 1000.0 => 1,
        _ => {
            return format!(
                "{}{}",
                if value < 0.0 { "-" } else { "" },
                grouped(value.abs().round() as u64)
            );
        }
    };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A percentage in which something that happened never reads as zero.
fn percent(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 {
        return format!("{}<0.01", if value < 0.0 { "-" } else { "" });
    }
    let decimals = if value.abs() < 1.0 { 2 } else { 1 };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Quantity, grouped};

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(
            [0, 999, 1000, 39_838, 1_234_567].map(grouped),
            ["0", "999", "1,000", "39,838", "1,234,567"]
        );
    }

    #[test]
    fn digits_follow_the_size_of_the_number() {
        let texts =
            [0.214, 12.0, 65.04, 1240.4, 0.0].map(|ms| Quantity::Milliseconds(ms).to_string());
        assert_eq!(texts, ["0.214 ms", "12 ms", "65 ms", "1,240 ms", "0 ms"]);
    }

    #[test]
    fn a_single_failure_in_a_million_never_reads_as_zero_percent() {
        assert_eq!(Quantity::Percent(0.0001).to_string(), "<0.01 %");
        assert_eq!(Quantity::Percent(0.0).to_string(), "0 %");
    }

    #[test]
    fn a_rate_just_below_its_limit_is_not_printed_as_the_limit() {
        let limit = Quantity::PerSecond(300.0);
        assert_eq!(Quantity::PerSecond(299.996).text_beside(limit), "299.996/s");
        assert_eq!(Quantity::PerSecond(300.0).text_beside(limit), "300/s");
        assert_eq!(Quantity::PerSecond(398.4).text_beside(limit), "398.4/s");
    }
}
