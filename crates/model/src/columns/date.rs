//! Dates and times as exports write them, as seconds since 1970.
//!
//! Whether `03/04/2026` is in March or in April only the whole column can tell: a [`DateOrder`] is chosen once and then
//! holds for every cell. Days are counted by Hinnant's "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.

use serde::{Deserialize, Serialize};

use super::token;

const DAY: f64 = 86_400.0;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// In which order a date names its parts; where the month is a name, either of the last two reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateOrder {
    /// `2026-01-31`, `2026/1/31`, `20260131`, and ISO 8601 with a time.
    #[serde(rename = "ymd")]
    YearFirst,
    /// `31.01.2026`, `31/1/26`, `31 Jan 2026`.
    #[serde(rename = "dmy")]
    DayFirst,
    /// `1/31/2026`, `Jan 31, 2026`.
    #[serde(rename = "mdy")]
    MonthFirst,
}

impl DateOrder {
    /// The word used in files: `ymd`, `dmy`, or `mdy`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::YearFirst => "ymd",
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
        }
    }
}

/// The order in which all cells that say anything are dates; `None` if they are not.
pub(crate) fn order_of<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Option<DateOrder> {
    order(&cells.filter(|cell| !token::is_missing(cell, &[]))).map(|(order, _)| order)
}

/// The order in which every answer is a date, and whether another order would read them differently.
pub(super) fn order<'a>(
    answers: &(impl Iterator<Item = &'a str> + Clone),
) -> Option<(DateOrder, bool)> {
    let fits = |order| answers.clone().all(|text| seconds(text, order).is_some());
    if fits(DateOrder::YearFirst) {
        return Some((DateOrder::YearFirst, false));
    }
    match (fits(DateOrder::DayFirst), fits(DateOrder::MonthFirst)) {
        (false, false) => None,
        (true, false) => Some((DateOrder::DayFirst, false)),
        (false, true) => Some((DateOrder::MonthFirst, false)),
        (true, true) => {
            let both = [DateOrder::DayFirst, DateOrder::MonthFirst];
            let differs = answers.clone().any(|text| {
                let [day, month] = both.map(|order| seconds(text, order));
                day != month
            });
            // Slashes are American until a day above 12 says otherwise.
            let slashes = answers.clone().any(|text| text.contains('/'));
            Some((if slashes { DateOrder::MonthFirst } else { DateOrder::DayFirst }, differs))
        }
    }
}

/// Seconds from the beginning of 1970 to a date and time, in its own zone or, if it names none, as if in UTC.
pub(crate) fn seconds(text: &str, order: DateOrder) -> Option<f64> {
    if !text.is_ascii() || !(6..=40).contains(&text.len()) {
        return None;
    }
    let Some(colon) = text.find(':') else { return Some(days(text, order)? * DAY) };
    let cut = text[..colon].rfind([' ', 'T', 't'])?;
    Some(days(&text[..cut], order)? * DAY + time(&text[cut + 1..])?)
}

fn days(text: &str, order: DateOrder) -> Option<f64> {
    let text = text.trim();
    if order == DateOrder::YearFirst
        && text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
    {
        return civil(number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?);
    }
    let mut parts = text.split(['-', '/', '.', ' ', ',']).filter(|part| !part.is_empty());
    let parts = [parts.next()?, parts.next()?, parts.next()?, parts.next().unwrap_or("")];
    let [first, second, third, ""] = parts else { return None };
    if order == DateOrder::YearFirst {
        return civil(long_year(first)?, month(second)?, number(third)?);
    }
    let is_name = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic());
    let month_first = is_name(first) || (order == DateOrder::MonthFirst && !is_name(second));
    let (day_of, month_of) = if month_first { (second, first) } else { (first, second) };
    civil(year(third)?, month(month_of)?, number(day_of)?)
}

fn number(text: &str) -> Option<i64> {
    let sound =
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| text.parse().ok())?
}

fn long_year(text: &str) -> Option<i64> {
    number(text).filter(|_| text.len() == 4)
}

/// A year of four digits, or of two: 00 to 68 are of this century, as POSIX reads them.
fn year(text: &str) -> Option<i64> {
    let year = number(text)?;
    match text.len() {
        4 => Some(year),
        2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn month(text: &str) -> Option<i64> {
    if let Some(month) = number(text).filter(|_| text.len() <= 2) {
        return Some(month);
    }
    let short = text.get(..3)?.to_ascii_lowercase();
    let position = MONTHS.iter().position(|name| *name == short)?;
    text.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(position as i64 + 1)
}

/// Days from 1970-01-01, if there is such a day between 1600 and 2999.
fn civil(year: i64, month: i64, day: i64) -> Option<f64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1600..3000).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some((era * 146_097 + of_era - 719_468) as f64)
}

/// Seconds of a day: `14:05`, `2:05:09.25 PM`, `14:05:09+02:00`, `14:05Z`.
fn time(text: &str) -> Option<f64> {
    let text = text.trim();
    let (text, zone) = match text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix("UTC")) {
        Some(rest) => (rest, 0.0),
        None => match text.rfind(['+', '-']) {
            Some(sign) => (&text[..sign], zone(&text[sign..])?),
            None => (text, 0.0),
        },
    };
    let upper = text.trim().to_ascii_uppercase();
    let (clock, half) = match upper.strip_suffix("AM").or_else(|| upper.strip_suffix("PM")) {
        Some(clock) => (clock.trim(), Some(upper.ends_with("PM"))),
        None => (upper.as_str(), None),
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second: f64 = match parts.next() {
        Some(part) if part.starts_with(|c: char| c.is_ascii_digit()) => part.parse().ok()?,
        Some(_) => return None,
        None => 0.0,
    };
    let hour = match half {
        Some(after_noon) if (1..=12).contains(&hour) => hour % 12 + if after_noon { 12 } else { 0 },
        Some(_) => return None,
        None => hour,
    };
    let sound = parts.next().is_none() && hour < 24 && minute < 60 && (0.0..61.0).contains(&second);
    sound.then_some((hour * 3600 + minute * 60) as f64 + second - zone)
}

/// Seconds ahead of UTC: `+02:00`, `-0530`, `+02`.
fn zone(text: &str) -> Option<f64> {
    let (sign, digits) = text.split_at(1);
    let digits = digits.trim().replace(':', "");
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        _ => return None,
    };
    let seconds = (hours * 3600 + minutes * 60) as f64;
    (hours < 15 && minutes < 60).then_some(if sign == "-" { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::DateOrder::{DayFirst, MonthFirst, YearFirst};
    use super::{order, seconds};

    #[test]
    fn times_are_counted_from_1970() {
        for (text, order, expected) in [
            ("1970-01-01", YearFirst, Some(0.0)),
            ("2026-01-31T12:00:00Z", YearFirst, Some(1_769_860_800.0)),
            ("2026-01-31 14:00:00.5+02:00", YearFirst, Some(1_769_860_800.5)),
            ("2026-01-31T06:30-0530", YearFirst, Some(1_769_860_800.0)),
            ("20260131", YearFirst, Some(1_769_817_600.0)),
            ("31.01.2026", DayFirst, Some(1_769_817_600.0)),
            ("31/1/26 12:00", DayFirst, Some(1_769_860_800.0)),
            ("31 January 2026", MonthFirst, Some(1_769_817_600.0)),
            ("Jan 31, 2026 12:00 PM", DayFirst, Some(1_769_860_800.0)),
            ("1/31/2026", MonthFirst, Some(1_769_817_600.0)),
            ("2000-02-29", YearFirst, Some(951_782_400.0)),
            ("1900-02-29", YearFirst, None),
            ("31/1/2026", MonthFirst, None),
            ("2026-13-01", YearFirst, None),
            ("2026-01-31T25:00", YearFirst, None),
            ("10:30", YearFirst, None),
            ("1.2.3", DayFirst, None),
            ("192.168.10.12", DayFirst, None),
            ("31 Januarrr2 2026", DayFirst, None),
            ("12:00 PM", DayFirst, None),
        ] {
            assert_eq!(seconds(text, order), expected, "{text}");
        }
    }

    #[test]
    fn the_whole_column_tells_the_order() {
        let of = |texts: &[&str]| order(&texts.iter().copied());
        assert_eq!(of(&["1/2/2026", "13/2/2026"]), Some((DayFirst, false)));
        assert_eq!(of(&["1/2/2026", "2/13/2026"]), Some((MonthFirst, false)));
        assert_eq!(of(&["1/2/2026", "3/4/2026"]), Some((MonthFirst, true)));
        assert_eq!(of(&["1.2.2026"]), Some((DayFirst, true)));
        assert_eq!(of(&["1 Feb 2026"]), Some((DayFirst, false)));
        assert_eq!(of(&["13/2/2026", "2/13/2026"]), None);
    }
}
