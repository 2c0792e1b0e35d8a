//! Tables of labelled leads on the command line: which file, how it is read, and what its columns are.
//!
//! Shared by the verbs that read one. What is wrong with a row is judged in the library; here are only options, files,
//! and their order: the options overrule the schema file, and that the inference.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    columns::{Columns, Role},
    schema::{ID_COLUMN, Presence, Schema},
    sheet::{Delimiter, Encoding, Form, Sheet},
    train::Table,
};

/// The name by which `--schema` asks for the built-in schema.
const BUILT_IN: &str = "b2b";

/// How a file of delimited text is read.
#[derive(Debug, Args)]
pub(super) struct FormArgs {
    /// What stands between cells: one character, or tab [default: detected].
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<Delimiter>,
    /// The file's characters: utf-8, utf-16 with its byte order mark, or latin1 (as Windows writes it) [default: utf-8].
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
}

impl FormArgs {
    /// The whole file as texts.
    pub(super) fn read(&self, path: &Path) -> Result<Sheet> {
        let bytes = fs::read(path).with_context(|| format!("open {}", path.display()))?;
        let form = Form { delimiter: self.delimiter, encoding: self.encoding.unwrap_or_default() };
        Sheet::read(bytes, form).with_context(|| format!("read {}", path.display()))
    }
}

/// Which columns of a file are what.
#[derive(Debug, Args)]
pub(super) struct ColumnArgs {
    /// A file of delimited text, one lead a row under a row of column names.
    #[arg(long, value_name = "CSV")]
    pub(super) data: Option<PathBuf>,
    /// The column that holds the outcome.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(super) target: Option<String>,
    /// The outcome that counts as converted, where that is not plain: all others do not.
    #[arg(long, value_name = "VALUE", requires = "data")]
    pub(super) positive: Option<String>,
    /// A column that names the lead; the model does not learn from it.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(super) id: Option<String>,
    /// Columns that the model must not learn from, such as those filled in later.
    #[arg(long, value_name = "COLUMN,...", requires = "data")]
    pub(super) drop: Vec<String>,
    /// Further texts that mean "not known", beside NA, null, unknown, Select, -, and the like.
    #[arg(long, value_name = "TEXT,...", value_delimiter = ',', requires = "data")]
    pub(super) missing: Vec<String>,
    #[command(flatten)]
    pub(super) form: FormArgs,
}

impl ColumnArgs {
    /// The columns of `sheet` as inferred, corrected by the options.
    pub(super) fn infer(&self, sheet: &Sheet, path: &Path) -> Result<Columns> {
        let name =
            path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let mut columns = Columns::infer(name, sheet, &self.missing);
        self.mark(&mut columns)?;
        Ok(columns)
    }

    /// Gives the columns that the options name their roles.
    fn mark(&self, columns: &mut Columns) -> Result<()> {
        let dropped: Vec<_> = self.drop.iter().flat_map(|text| names(text, columns)).collect();
        for name in dropped {
            columns.mark(&name, Role::Ignore).context("read --drop")?;
        }
        if let Some(id) = &self.id {
            columns.mark(id, Role::Identifier).context("read --id")?;
        }
        let marked =
            columns.target().map(|(name, positive)| (name.to_owned(), positive.map(str::to_owned)));
        let (name, positive) = match (&self.target, marked) {
            (Some(target), Some((marked, positive))) if *target == marked => (marked, positive),
            (Some(target), _) => (target.clone(), None),
            (None, Some(marked)) => marked,
            (None, None) => return Ok(()),
        };
        let positive = self.positive.clone().or(positive);
        columns.mark(&name, Role::Target { positive }).context("read --target")
    }
}

/// The columns that a text means: one whose name it is, commas included, or several.
fn names(text: &str, columns: &Columns) -> Vec<String> {
    if columns.iter().any(|column| column.name == text) {
        return vec![text.to_owned()];
    }
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// A table to train on.
#[derive(Debug, Args)]
pub(super) struct DataArgs {
    #[command(flatten)]
    pub(super) columns: ColumnArgs,
    /// What the columns are: a file that `lead-model schema --data` wrote, or b2b for the built-in schema [default:
    /// inferred, or b2b where the columns are its own].
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(super) schema: Option<PathBuf>,
    /// A column of dates or rising numbers: the newest leads are held out rather than random ones.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(super) valid_by_time: Option<String>,
}

impl DataArgs {
    /// The rows of `--data`; the table's notes say what a person should know of them.
    pub(super) fn table(&self, path: &Path) -> Result<Table> {
        let sheet = self.columns.form.read(path)?;
        let source = file_name(path);
        let read = || format!("read {}", path.display());
        if self.is_built_in(&sheet) {
            let Some(target) = &self.columns.target else {
                bail!("read {}: name the outcome column with --target", path.display());
            };
            let positive = self.columns.positive.as_deref();
            let table = match self.schema {
                None => Table::strict(Schema::b2b(), &sheet, target, positive, source),
                Some(_) => Table::labelled(&Schema::b2b(), &sheet, target, positive, source),
            };
            let note = format!("the columns are those of the built-in schema {BUILT_IN}");
            return Ok(table.with_context(read)?.with_notes(vec![note]));
        }
        let columns = match &self.schema {
            None => self.columns.infer(&sheet, path)?,
            Some(schema) => self.edited(schema, &sheet)?,
        };
        let time = self.valid_by_time.as_deref();
        let table = Table::from_sheet(&sheet, &columns, time, source).with_context(read)?;
        Ok(table.with_notes(columns.left_out(&sheet, time)))
    }

    /// Says every option that was given, by name and value; files by name only.
    pub(super) fn tell(&self, option: &mut impl FnMut(&str, Option<String>)) {
        let ColumnArgs { data, target, positive, id, drop, missing, form } = &self.columns;
        option("data", data.as_deref().map(file_name));
        option("target", target.clone());
        option("positive", positive.clone());
        option("schema", self.schema.as_deref().map(file_name));
        option("id", id.clone());
        drop.iter().for_each(|name| option("drop", Some(name.clone())));
        option("missing", (!missing.is_empty()).then(|| missing.join(",")));
        option("delimiter", form.delimiter.map(Delimiter::word));
        option("encoding", form.encoding.map(|encoding| encoding.to_string()));
        option("valid-by-time", self.valid_by_time.clone());
    }

    /// The columns of a schema file, where it leaves something open filled from `sheet`.
    fn edited(&self, schema: &Path, sheet: &Sheet) -> Result<Columns> {
        let text =
            fs::read_to_string(schema).with_context(|| format!("open {}", schema.display()))?;
        let mut columns =
            Columns::from_toml(&text).with_context(|| format!("read {}", schema.display()))?;
        columns.fill(sheet);
        self.columns.mark(&mut columns)?;
        Ok(columns)
    }

    /// Whether the built-in schema is asked for, or fits so well that it is meant.
    fn is_built_in(&self, sheet: &Sheet) -> bool {
        if let Some(schema) = &self.schema {
            return schema.as_os_str() == BUILT_IN && !schema.exists();
        }
        let schema = Schema::b2b();
        let target = self.columns.target.as_deref();
        let is_known = |name: &String| {
            schema.position(name).is_some() || name == ID_COLUMN || target == Some(name)
        };
        let mut required = schema.features().iter().filter(|f| f.presence == Presence::Required);
        let is_plain = self.columns.drop.is_empty()
            && self.columns.id.is_none()
            && self.valid_by_time.is_none();
        is_plain
            && sheet.names().iter().all(is_known)
            && required.all(|f| sheet.position(&f.name).is_some())
    }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
