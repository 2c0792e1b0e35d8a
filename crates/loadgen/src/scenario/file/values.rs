//! What placeholders draw from: `[leads]`, `[feeders.NAME]`, `[values]`.

use toml::de::DeValue;

use super::ScenarioError;
use super::document::{Entry, Section};
use crate::scenario::feeder::{Feeder, RowOrder};
use crate::scenario::generator::{Choice, Generator};
use crate::scenario::{LeadSource, Values};

/// The word for the built-in schema.
const BUILT_IN: &str = "b2b";

/// What a value may be made of.
const KINDS: &str = "integer, float, choice, uuid, sequence";

pub(super) fn values(file: &mut Section<'_>) -> Result<Values, ScenarioError> {
    let mut values = Values::default();
    if let Some(entry) = file.find("leads") {
        values = values.with_leads(leads(entry.section()?)?);
    }
    if let Some(entry) = file.find("feeders") {
        for (name, entry) in entry.section()?.named() {
            let feeder = feeder(entry.section()?)?;
            values = values.with_feeder(name, feeder).map_err(|flaw| entry.fault(flaw))?;
        }
    }
    if let Some(entry) = file.find("values") {
        for (name, entry) in entry.section()?.named() {
            let generator = generator(&entry)?;
            values = values.with(name, generator).map_err(|flaw| entry.fault(flaw))?;
        }
    }
    Ok(values)
}

fn leads(mut section: Section<'_>) -> Result<LeadSource, ScenarioError> {
    let from = section.need("from")?;
    section.finish()?;
    match from.text()? {
        BUILT_IN => Ok(LeadSource::default()),
        file => {
            let path = from.document.path(file);
            LeadSource::open(&path)
                .map_err(|flaw| from.fault(format!("{}: {flaw}", path.display())))
        }
    }
}

fn feeder(mut section: Section<'_>) -> Result<Feeder, ScenarioError> {
    let file = section.need("file")?;
    let order = section.find("order");
    section.finish()?;
    let order = order.map(|entry| entry.choice(&RowOrder::ALL, RowOrder::as_str)).transpose()?;
    let path = file.document.path(file.text()?);
    Feeder::open(&path, order.unwrap_or_default())
        .map_err(|fault| file.fault(format!("{}: {fault}", path.display())))
}

/// One value: a table that says what makes it.
fn generator(entry: &Entry<'_>) -> Result<Generator, ScenarioError> {
    let mut section = entry.section()?;
    let integer = section.find("integer");
    let float = section.find("float");
    let decimals = section.find("decimals");
    let choice = section.find("choice");
    let uuid = section.find("uuid");
    let sequence = section.find("sequence");
    let made: Vec<Generator> = [
        integer.map(|entry| entry.range(|end| end.integer()).map(Generator::Integer)),
        float.map(|entry| {
            let decimals = decimals.as_ref().map(|entry| entry.integer()).transpose()?.unwrap_or(2);
            Ok(Generator::Float(entry.range(Entry::number)?, decimals))
        }),
        choice.map(|entry| {
            let choices = entry.list()?.iter().map(one_choice).collect::<Result<_, _>>()?;
            Ok(Generator::Choice(choices))
        }),
        uuid.map(|entry| match entry.boolean()? {
            true => Ok(Generator::Uuid),
            false => Err(entry.fault("must be true; leave the value out where no UUID is wanted")),
        }),
        sequence.map(|entry| entry.integer().map(Generator::Sequence)),
    ]
    .into_iter()
    .flatten()
    .collect::<Result<_, _>>()?;
    let whole = entry.section()?;
    section.finish()?;
    match <[Generator; 1]>::try_from(made) {
        Ok([Generator::Float(range, decimals)]) => Ok(Generator::Float(range, decimals)),
        Ok([_]) if decimals.is_some() => {
            Err(whole.fault("'decimals' is for 'float' only; leave it out"))
        }
        Ok([generator]) => Ok(generator),
        Err(made) if made.is_empty() => {
            Err(whole.fault(format!("says not what it is; give it one of: {KINDS}")))
        }
        Err(_) => Err(whole.fault(format!("is more than one thing; leave it one of: {KINDS}"))),
    }
}

fn one_choice(entry: &Entry<'_>) -> Result<Choice, ScenarioError> {
    match entry.value() {
        DeValue::String(text) => Ok(Choice::from(&**text)),
        DeValue::Integer(_) => Ok(Choice::from(entry.integer::<i64>()?)),
        DeValue::Boolean(word) => Ok(Choice::from(*word)),
        DeValue::Float(_) => {
            Ok(Choice::number(entry.number()?).expect("a finite number is one in JSON"))
        }
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Err(entry.fault("must be a text, a number, true or false"))
        }
    }
}
