//! What a command line stands in: the environment, a home and a folder with their configuration files.
//!
//! [`Surroundings`] only says where to look, so that a test looks nowhere else; what is found is read by
//! [`settings`](super::settings).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where settings may come from beside the command line.
#[derive(Clone, Default)]
pub struct Surroundings {
    home: Option<PathBuf>,
    folder: Option<PathBuf>,
    variables: BTreeMap<String, String>,
}

impl fmt::Debug for Surroundings {
    /// Without the values of variables, which may be keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.variables.keys().collect();
        let Self { home, folder, variables: _ } = self;
        write!(f, "Surroundings {{ home: {home:?}, folder: {folder:?}, variables: {names:?} }}")
    }
}

impl Surroundings {
    /// No variable and no file.
    pub fn none() -> Self {
        Self::default()
    }

    /// Those of this process: its variables that are Locust's or ours, its user's home, its working folder.
    pub fn of_process() -> Self {
        let ours = |name: &str| name.starts_with("LOCUST_") || name.starts_with("LEAD_");
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            home: std::env::home_dir(),
            folder: Some(PathBuf::from(".")),
            variables: std::env::vars_os()
                .filter_map(readable)
                .filter(|(name, _)| ours(name))
                .collect(),
        }
    }

    /// With another home, in which `.locust.conf` is looked for.
    #[must_use]
    pub fn at_home(self, home: &Path) -> Self {
        Self { home: Some(home.to_owned()), ..self }
    }

    /// With another folder, in which `locust.conf` and `pyproject.toml` are looked for.
    #[must_use]
    pub fn in_folder(self, folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..self }
    }

    /// With a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The value of a variable; an empty one counts as none, as where a container passes on what is not set.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The files that are read where they are there, the weakest first.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let home = self.home.iter().map(|home| home.join(".locust.conf"));
        let here = self
            .folder
            .iter()
            .flat_map(|folder| ["locust.conf", "pyproject.toml"].map(|name| folder.join(name)));
        home.chain(here).collect()
    }
}
