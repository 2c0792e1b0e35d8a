//! From the texts of a column to its role, with the reason.
//!
//! Tried in this order: empty and constant columns, flags, numbers (with identifiers and codes among them), dates, and
//! what is left is words: identifiers, free text, or categories.

use std::collections::HashMap;

use super::{
    census::Census,
    column::{Column, Role, plain},
    date, header,
    number::Numbers,
    sentinel,
    write::grouped,
};
use crate::schema::{Decimal, Feature, Kind, flag};

/// Rows that a level needs to be named; rarer ones share the unseen level.
const LEVEL_ROWS: usize = 5;
/// Below so many answers every level is named.
const FEW_ANSWERS: usize = 100;
/// Most levels of a category.
const LEVELS: usize = 1000;
/// Share of the answers that frequent levels must cover, or the column is free text.
const COVERED: f64 = 0.5;
/// Answers longer than this on average are prose.
const PROSE_CHARS: usize = 60;

/// What a column of these answers is for.
pub(super) fn column(name: &str, census: &Census<'_>) -> Column {
    let mut column = decide(name, census);
    if let Role::Feature(feature) = &mut column.role {
        let tokens = census.tokens.iter().map(|(text, _)| (*text).to_owned());
        feature.missing.extend(tokens);
        if census.missing > 0 {
            let share = percent(census.missing, census.rows());
            column.reason = format!("{}, {share} missing", column.reason);
        }
    }
    column
}

fn decide(name: &str, census: &Census<'_>) -> Column {
    let Some(&(first, _)) = census.answers.first() else {
        return noted(name, Role::Constant, "no row says anything".to_owned());
    };
    if census.answers.len() == 1 && census.missing == 0 {
        return noted(name, Role::Constant, format!("{first:?} in every row"));
    }
    if let Some(column) = as_flag(name, census) {
        return column;
    }
    // One number and gaps: the gaps are what it says.
    if census.answers.len() > 1
        && let Some(numbers) = Numbers::of(&census.answers)
    {
        return as_number(name, census, &numbers);
    }
    let is_date = |text: &&str| !super::token::is_missing_number(text);
    let dates = census.answers.iter().map(|(text, _)| *text).filter(is_date);
    if let Some((order, ambiguous)) = date::order(&dates) {
        let mut column = noted(name, Role::Date(order), format!("dates such as {first}"));
        if ambiguous {
            column.advice.push(format!(
                "days and months could also be the other way round; dates = {:?} was taken",
                order.as_str()
            ));
        }
        return column;
    }
    as_words(name, census)
}

fn noted(name: &str, role: Role, reason: String) -> Column {
    Column { reason, ..Column::given(name, role) }
}

fn feature(feature: Feature, reason: String) -> Column {
    let name = feature.name.clone();
    noted(&name, Role::Feature(Box::new(feature)), reason)
}

/// Answers that are all a no or a yes.
fn as_flag(name: &str, census: &Census<'_>) -> Option<Column> {
    let said: Option<Vec<_>> =
        census.answers.iter().map(|&(text, count)| Some((flag(text)?, text, count))).collect();
    let said = said?;
    let count_of = |wanted: f64| -> usize {
        said.iter().filter(|(value, ..)| *value == wanted).map(|(.., count)| count).sum()
    };
    let is_number = |text: &str| text.starts_with(['0', '1']);
    let levels = match &said[..] {
        [(_, one, _), (_, other, _)] if is_number(one) || is_number(other) => Vec::new(),
        [(0.0, no, _), (1.0, yes, _)] | [(1.0, yes, _), (0.0, no, _)] => {
            vec![(*no).to_owned(), (*yes).to_owned()]
        }
        _ => Vec::new(),
    };
    let yes = percent(count_of(1.0), census.answered);
    Some(feature(plain(name, Kind::Flag, levels), format!("yes in {yes} of the answers")))
}

fn as_number(name: &str, census: &Census<'_>, numbers: &Numbers<'_>) -> Column {
    let (count, whole) = (grouped(numbers.values.len()), numbers.whole);
    let of = grouped(census.answered);
    let (low, high) = (numbers.values[0].0, numbers.values[numbers.values.len() - 1].0);
    let is_dense = high - low <= 1.2 * census.answered as f64;
    let is_running = is_dense && (census.is_unique() || census.is_mostly_unique());
    let names_rows = (census.is_nearly_unique() && header::names_a_row(name))
        || (census.is_mostly_unique() && header::may_name_a_row(name));
    if whole && (is_running || names_rows) {
        return noted(
            name,
            Role::Identifier,
            format!("{count} different whole numbers in {of} rows"),
        );
    }
    if whole
        && numbers.strays.is_empty()
        && header::names_a_code(name)
        && census.answers.len() <= LEVELS
    {
        let levels = levels(census);
        return feature(plain(name, Kind::Category, levels), format!("{count} codes, by its name"));
    }
    let kind = if whole { Kind::Integer } else { Kind::Real };
    let mut found = plain(name, kind, Vec::new());
    found.decimal = numbers.decimal;
    found.unit = unit(census, numbers.decimal);
    let strays = numbers.strays.iter().map(|(text, _)| *text);
    found.missing = numbers.tokens.iter().copied().chain(strays).map(str::to_owned).collect();
    let mut column = feature(found, format!("{count} values from {low} to {high}"));
    column.advice.extend(astray(&numbers.strays));
    if numbers.ambiguous {
        column.advice.push(doubt(numbers.decimal));
    }
    column.advice.extend(sentinel::suspicions(numbers));
    column
}

/// That there are texts among the numbers, and what becomes of them.
fn astray(strays: &[(&str, usize)]) -> Option<String> {
    let (first, _) = strays.first()?;
    let rows = counted(strays.iter().map(|(_, count)| count).sum(), "row", "rows");
    Some(match strays.len() {
        1 => format!("{first:?} ({rows}) is no number and counts as missing"),
        all => {
            let others = counted(all - 1, "other text", "other texts");
            format!("{first:?} and {others} ({rows}) are no numbers and count as missing")
        }
    })
}

/// What to say where thousands and fractions look alike.
fn doubt(decimal: Option<Decimal>) -> String {
    match decimal {
        Some(_) => {
            "1,234 is read as more than a thousand; if it is 1 and a fraction, say decimal = \",\""
        }
        None => {
            "1.234 is read as 1 and a fraction; if it is more than a thousand, say decimal = \",\""
        }
    }
    .to_owned()
}

/// The currency or per cent sign that all numbers bear.
fn unit(census: &Census<'_>, decimal: Option<Decimal>) -> Option<String> {
    decimal?;
    let sign = |text: &str| {
        let sign: String =
            text.chars().filter(|c| c.is_alphabetic() || "$€£¥₹%".contains(*c)).collect();
        Some(sign).filter(|sign| !sign.is_empty())
    };
    let first = sign(census.answers.first()?.0)?;
    census.answers.iter().all(|(text, _)| sign(text).as_ref() == Some(&first)).then_some(first)
}

fn as_words(name: &str, census: &Census<'_>) -> Column {
    let (different, of) = (grouped(census.answers.len()), grouped(census.answered));
    let reason = format!("{different} different texts in {of} rows");
    if census.is_nearly_unique() {
        // What names a row is nowhere left out.
        let names_rows = census.missing * 20 <= census.rows();
        let role = if names_rows { Role::Identifier } else { Role::Text };
        return noted(name, role, reason);
    }
    let levels = levels(census);
    let frequent = census.answers.iter().take(levels.len()).map(|(_, count)| count);
    let covered = frequent.sum::<usize>() as f64 / census.answered as f64;
    let chars: usize = census.answers.iter().map(|(text, _)| text.chars().count()).sum();
    let is_prose = census.answers.len() > FEW_ANSWERS && chars > PROSE_CHARS * census.answers.len();
    if covered < COVERED || is_prose {
        return noted(name, Role::Text, reason);
    }
    let rare = census.answers.len() - levels.len();
    let reason = match (levels.len(), rare) {
        (1, 0) => "the same text wherever there is one".to_owned(),
        (named, 0) => format!("{} levels", grouped(named)),
        (named, rare) => {
            format!(
                "{}, {}",
                counted(named, "level", "levels"),
                counted(rare, "rarer text", "rarer texts")
            )
        }
    };
    let alike = alike(&levels);
    let mut column = feature(plain(name, Kind::Category, levels), reason);
    column.advice.extend(alike);
    column
}

/// The levels worth a name, the most frequent first.
pub(super) fn levels(census: &Census<'_>) -> Vec<String> {
    let needed = if census.answered < FEW_ANSWERS { 1 } else { LEVEL_ROWS };
    let frequent = census.answers.iter().take_while(|(_, count)| *count >= needed);
    frequent.take(LEVELS).map(|(text, _)| (*text).to_owned()).collect()
}

/// Levels that look like one.
fn alike(levels: &[String]) -> Option<String> {
    let mut seen = HashMap::new();
    levels.iter().find_map(|level| {
        let other = seen.insert(level.to_lowercase(), level)?;
        Some(format!("{other:?} and {level:?} differ in case only and count as two levels"))
    })
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

fn percent(part: usize, whole: usize) -> String {
    let percent = 100.0 * part as f64 / whole as f64;
    if part > 0 && percent < 0.1 { "< 0.1 %".to_owned() } else { format!("{percent:.1} %") }
}
