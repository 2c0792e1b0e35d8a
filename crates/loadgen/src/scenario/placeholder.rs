//! Templates from texts: every placeholder becomes what it draws from, in the form that its place asks for.
//!
//! A name that is none is refused with those that are. What there is to draw from is `values.rs`'s.

use super::nearest::did_you_mean;
use super::template::{Flaw, Form, Part, Piece, Quotes, Slot, Template, split};
use super::values::Values;

/// Where a template stands, which decides how values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Json,
    Form,
    Text,
    Path,
    Header,
}

impl Values {
    /// A body of JSON. Within quotes values are escaped, elsewhere texts get quotes.
    ///
    /// # Errors
    ///
    /// For a name that is none, and for text that is no JSON whatever the values.
    pub fn body(&self, text: &str) -> Result<Template, Flaw> {
        let template = self.template(text, Place::Json)?;
        check_json(&template)?;
        Ok(template)
    }

    /// A body of form fields: values are percent-encoded.
    ///
    /// # Errors
    ///
    /// For a name that is none.
    pub fn form(&self, text: &str) -> Result<Template, Flaw> {
        self.template(text, Place::Form)
    }

    /// Text with values as they are: a body of another kind, or what a check expects.
    ///
    /// # Errors
    ///
    /// For a name that is none.
    pub fn text(&self, text: &str) -> Result<Template, Flaw> {
        self.template(text, Place::Text)
    }

    /// A path below the base URL: values are percent-encoded.
    ///
    /// # Errors
    ///
    /// For a name that is none, and for a path that does not begin with a slash.
    pub fn path(&self, text: &str) -> Result<Template, Flaw> {
        if !text.starts_with('/') {
            return Err(Flaw(format!("'{text}' must begin with a slash; it is joined to --host")));
        }
        self.template(text, Place::Path)
    }

    /// A header's value; `${env:NAME}` is read from the environment now and never shown.
    ///
    /// # Errors
    ///
    /// For a name that is none, a variable that is not set, and values that a header cannot carry.
    pub fn header(&self, text: &str) -> Result<Template, Flaw> {
        let template = self.template(text, Place::Header)?;
        for piece in &template.pieces {
            let is_carried = match piece {
                Piece::Text(text) | Piece::Secret(text) => template.header(text).is_some(),
                Piece::Drawn(slot, _) => {
                    self.texts(*slot).iter().all(|text| template.header(text).is_some())
                }
            };
            if !is_carried {
                let what = "it has a value that a header cannot carry: only visible ASCII without line ends can stand there";
                return Err(Flaw(what.to_owned()));
            }
        }
        Ok(template)
    }

    fn template(&self, text: &str, place: Place) -> Result<Template, Flaw> {
        let mut quotes = Quotes::default();
        let mut pieces = Vec::new();
        for part in split(text)? {
            pieces.push(match part {
                Part::Text(still) => {
                    quotes.read(&still);
                    Piece::Text(still.into())
                }
                Part::Name(name) => self.piece(name, place, &quotes)?,
            });
        }
        Ok(Template::new(text, pieces))
    }

    fn piece(&self, name: &str, place: Place, quotes: &Quotes) -> Result<Piece, Flaw> {
        if let Some(variable) = name.strip_prefix("env:") {
            return secret(variable.trim(), place);
        }
        let slot = self.slot(name)?;
        let form = match place {
            Place::Json => quotes.form(),
            Place::Form | Place::Path => Form::Url,
            Place::Text | Place::Header => Form::Plain,
        };
        let is_object = matches!(slot, Slot::Lead | Slot::LeadFeatures | Slot::Leads);
        if is_object && (place == Place::Header || matches!(form, Form::Url | Form::JsonText)) {
            return Err(Flaw(format!(
                "${{{name}}} is JSON and can stand only where a body has a value, without quotes around it"
            )));
        }
        Ok(Piece::Drawn(slot, form))
    }

    fn slot(&self, name: &str) -> Result<Slot, Flaw> {
        match name {
            "lead" => return Ok(Slot::Lead),
            "leads" => return Ok(Slot::Leads),
            "lead.id" => return Ok(Slot::LeadId),
            "lead.features" => return Ok(Slot::LeadFeatures),
            _ => {}
        }
        if let Some(feature) = name.strip_prefix("lead.features.") {
            let schema = self.leads().schema();
            return schema.position(feature).map(Slot::LeadFeature).ok_or_else(|| {
                let names = schema.features().iter().map(|feature| feature.name.as_str());
                let hint = did_you_mean(feature, names);
                Flaw(format!("the schema '{}' has no feature '{feature}'{hint}", schema.name()))
            });
        }
        if let Some(index) = self.find_generator(name) {
            return Ok(Slot::Value(index));
        }
        let (table, column) = name.split_once('.').unwrap_or((name, ""));
        match self.find_feeder(table) {
            Some(feeder) => self.column(feeder, table, column),
            None => Err(self.unknown(name)),
        }
    }

    fn column(&self, feeder: usize, table: &str, column: &str) -> Result<Slot, Flaw> {
        let columns = self.feeder(feeder).columns();
        let found = columns.iter().position(|known| known == column);
        found.map(|column| Slot::Column { feeder, column }).ok_or_else(|| {
            let hint = did_you_mean(column, columns.iter().map(String::as_str));
            let hint = if hint.is_empty() { "." } else { &hint };
            let columns = columns.join(", ");
            Flaw(format!(
                "the feeder '{table}' has no column '{column}'{hint} Its columns: {columns}"
            ))
        })
    }

    fn unknown(&self, name: &str) -> Flaw {
        let mut known: Vec<String> =
            ["lead", "lead.id", "lead.features", "lead.features.NAME", "leads", "env:NAME"]
                .map(str::to_owned)
                .into();
        known.extend(self.names());
        let hint = did_you_mean(name, known.iter().map(String::as_str));
        let hint = if hint.is_empty() { "." } else { &hint };
        Flaw(format!("there is no value '{name}'{hint} There are: {}", known.join(", ")))
    }
}

/// A variable of the environment, for headers only: whatever else is sent may be shown.
fn secret(variable: &str, place: Place) -> Result<Piece, Flaw> {
    if place != Place::Header {
        return Err(Flaw(format!(
            "${{env:{variable}}} can stand in headers only, where it is never shown; send the secret as a header"
        )));
    }
    match std::env::var(variable) {
        Ok(secret) => Ok(Piece::Secret(secret.trim().into())),
        Err(_) => Err(Flaw(format!(
            "the environment variable {variable} is not set (or is no text); set it: {variable}=... lead-loadgen ..."
        ))),
    }
}

/// Whether a body is JSON once its values are there: any will do.
fn check_json(template: &Template) -> Result<(), Flaw> {
    let mut sample = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Text(text) | Piece::Secret(text) => sample.push_str(text),
            Piece::Drawn(..) => sample.push('0'),
        }
    }
    serde_json::from_str::<serde::de::IgnoredAny>(&sample).map(|_| ()).map_err(|fault| {
        Flaw(format!(
            "it is no JSON ({fault}); for a body of another kind give the header Content-Type"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{Form, Piece, Values};
    use crate::scenario::{Feeder, Generator, RowOrder};

    fn values() -> Values {
        let feeder = Feeder::read("id,name\n1,x\n".as_bytes(), RowOrder::Random).unwrap();
        let values = Values::default().with_feeder("accounts", feeder).unwrap();
        values.with("amount", Generator::Integer(1..=9)).unwrap()
    }

    #[test]
    fn a_place_is_found_within_quotes_or_without() {
        let template =
            values().body(r#"{"a\"${amount}": ${amount}, "b": "\\${accounts.id}"}"#).unwrap();
        let forms: Vec<Form> = template
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Drawn(_, form) => Some(*form),
                _ => None,
            })
            .collect();
        assert_eq!(forms, [Form::JsonText, Form::JsonValue, Form::JsonText]);
    }

    #[test]
    fn unknown_names_are_refused_with_those_that_exist() {
        let told = |text: &str| values().body(text).unwrap_err().to_string();
        assert!(told(r#""${amuont}""#).contains("did you mean 'amount'? There are: lead, "));
        assert!(
            told(r#""${accounts.nmae}""#)
                .contains("no column 'nmae'; did you mean 'name'? Its columns: id, name")
        );
        assert!(told(r#""${lead.features.bounce_rat}""#).contains("did you mean 'bounce_rate'?"));
        assert!(told(r#""${lead}""#).contains("without quotes around it"));
        assert!(told(r#"{"a": }"#).contains("it is no JSON"));
        assert!(told(r#""${env:HOME}""#).contains("in headers only"));
    }

    #[test]
    fn names_are_given_once() {
        for name in ["lead", "amount", "accounts", "a.b", ""] {
            assert!(values().with(name, Generator::Uuid).is_err(), "{name}");
        }
    }

    #[test]
    fn a_header_carries_only_what_it_can() {
        let feeder = Feeder::read("id\n\"a\nb\"\n".as_bytes(), RowOrder::Random).unwrap();
        let values = Values::default().with_feeder("rows", feeder).unwrap();
        assert!(values.header("${rows.id}").is_err() && values.header("a\r\nb: c").is_err());
        assert!(
            values
                .header("${env:SURELY_NOT_SET_ANYWHERE}")
                .unwrap_err()
                .to_string()
                .contains("set it")
        );
        let secret = values.header("Bearer ${env:PATH}").unwrap();
        assert!(secret.fixed_header().unwrap().is_sensitive());
        assert_eq!(
            format!("{secret:?} {secret}"),
            "Template(\"Bearer ${env:PATH}\") Bearer ${env:PATH}"
        );
    }
}
