//! The program under test: [`Gate`] runs it in a folder of its own, so that no path of this machine is in its words.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

/// An empty folder with `lead-gate` in it.
pub(crate) struct Gate {
    folder: TempDir,
    /// What a runner of GitHub Actions adds to the environment.
    runner: &'static [(&'static str, &'static str)],
}

/// What a call of `lead-gate` left.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    /// Exit code and everything that was printed, for a snapshot.
    pub(crate) fn transcript(&self) -> String {
        format!("exit {}\n{}{}", self.code, self.stdout, self.stderr)
    }
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), runner: &[] }
    }

    /// The same on a runner of GitHub Actions, whose files are `summary.md` and `outputs.txt`.
    pub(crate) fn on_a_runner() -> Self {
        let runner = &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_STEP_SUMMARY", "summary.md"),
            ("GITHUB_OUTPUT", "outputs.txt"),
        ];
        Self { runner, ..Self::new() }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).unwrap()
    }

    /// `lead-gate` with these words behind it.
    pub(crate) fn call(&self, words: &[&str]) -> Answer {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lead-gate"));
        let output = command
            .args(words)
            .current_dir(self.folder())
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_STEP_SUMMARY")
            .env_remove("GITHUB_OUTPUT")
            .envs(self.runner.iter().copied())
            .output()
            .unwrap();
        Answer {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `lead-gate check --prefix loadtest` and more.
    pub(crate) fn check(&self, more: &[&str]) -> Answer {
        self.call(&[&["check", "--prefix", "loadtest"], more].concat())
    }
}
