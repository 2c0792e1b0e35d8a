//! Columns as a TOML file that a person edits: only what is not the default, and the reasons as comments.

use super::{
    Columns,
    column::{Column, Role, phrases},
};
use crate::schema::{Feature, Kind, Presence};

/// Widest line of a list.
const WIDTH: usize = 100;

const GUIDE: &str = "\
# What each column is for; edit it and train with --schema.
#
# kind      real, integer, flag, category: the model learns from it; target: the outcome;
#           identifier, text, date, constant, ignore: left out
# levels    the values of a category, or the no and the yes of a flag; all others count as one
# missing   texts that mean \"not known\", beside the empty one
# also      unit, meaning, group, phrase (\"visited us {n} times\"), denial (a flag that is no), min, max,
#           required = true or default = 0, decimal = \",\" for 1.234,50, dates = \"ymd\", \"dmy\", or \"mdy\",
#           positive = the value of the target that counts as converted
";

impl Columns {
    /// The columns as a file; [`Columns::from_toml`] reads the same names and roles back.
    pub fn to_toml(&self) -> String {
        let mut out = GUIDE.to_owned();
        out.push_str(&format!("\nname = {}\n", quoted(&self.name)));
        out.push_str("# In every column:\n");
        list(&mut out, "missing", &self.missing);
        for column in &self.columns {
            self.column(&mut out, column);
        }
        out
    }

    fn column(&self, out: &mut String, column: &Column) {
        out.push_str(&format!("\n[[column]]\nname = {}\n", quoted(&column.name)));
        let reason = if column.reason.is_empty() {
            String::new()
        } else {
            format!("  # {}", comment(&column.reason))
        };
        out.push_str(&format!("kind = {:?}{reason}\n", column.role.as_str()));
        for advice in &column.advice {
            out.push_str(&format!("# {}\n", comment(advice)));
        }
        match &column.role {
            Role::Feature(feature) => self.feature(out, feature),
            Role::Date(order) => out.push_str(&format!("dates = {:?}\n", order.as_str())),
            Role::Target { positive: Some(positive) } => {
                out.push_str(&format!("positive = {}\n", quoted(positive)));
            }
            _ => {}
        }
    }

    fn feature(&self, out: &mut String, feature: &Feature) {
        let text = |out: &mut String, key: &str, value: &str| {
            out.push_str(&format!("{key} = {}\n", quoted(value)));
        };
        if let Some(decimal) = feature.decimal {
            text(out, "decimal", &decimal.mark().to_string());
        }
        if !feature.levels.is_empty() {
            list(out, "levels", &feature.levels);
        }
        let own: Vec<_> =
            feature.missing.iter().filter(|token| !self.missing.contains(token)).cloned().collect();
        if !own.is_empty() {
            list(out, "missing", &own);
        }
        match feature.presence {
            Presence::Optional => {}
            Presence::Required => out.push_str("required = true\n"),
            Presence::Default(value) => out.push_str(&format!("default = {value:?}\n")),
        }
        if feature.kind != Kind::Flag {
            let bounds = [("min", feature.min), ("max", feature.max)];
            for (key, bound) in bounds.into_iter().filter_map(|(key, bound)| Some((key, bound?))) {
                out.push_str(&format!("{key} = {bound:?}\n"));
            }
        }
        if let Some(unit) = &feature.unit {
            text(out, "unit", unit);
        }
        if !feature.group.is_empty() {
            text(out, "group", &feature.group);
        }
        if feature.meaning != feature.name {
            text(out, "meaning", &feature.meaning);
        }
        let (phrase, denial) = phrases(&feature.name, feature.kind, &feature.levels);
        if feature.phrase != phrase {
            text(out, "phrase", &feature.phrase);
        }
        if feature.denial != denial {
            text(out, "denial", feature.denial.as_deref().unwrap_or(""));
        }
    }
}

/// A list of texts, over several lines where one is too long.
fn list(out: &mut String, key: &str, texts: &[String]) {
    let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
    let line = format!("{key} = [{}]\n", texts.join(", "));
    if line.chars().count() <= WIDTH {
        out.push_str(&line);
        return;
    }
    out.push_str(&format!("{key} = [\n"));
    let mut line = String::new();
    for text in texts {
        if !line.is_empty() && line.chars().count() + text.chars().count() + 6 > WIDTH {
            out.push_str(&format!("   {line}\n"));
            line.clear();
        }
        line.push_str(&format!(" {text},"));
    }
    out.push_str(&format!("   {line}\n]\n"));
}

/// A text as a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text that stays on its line.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A count with a comma behind every third digit.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
