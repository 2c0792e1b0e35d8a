//! A real browser meets the pages of the service: `cargo xtask browser`.
//!
//! Headless Chromium is driven by `browser/pages.mjs` through puppeteer-core, which lies in `target/browser/`. The script
//! does what a person would and fails on the first thing a person would trip over; its screenshots are there to be looked
//! at.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::loadtest;
use crate::program::{self, Program};
use crate::project;
use crate::service::{self, Service};

/// Drives Chromium without bringing one along; the last major version that runs on Node 20.
const DRIVER: &str = "puppeteer-core@24";

const PAGES: &str = include_str!("browser/pages.mjs");

/// Names under which Chromium is installed.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Starts the service, and lets the browser go through its pages.
pub(crate) fn run() -> Result<ExitCode> {
    program::catch_interrupts()?;
    let room = project::scratch("browser");
    std::fs::create_dir_all(&room)
        .with_context(|| format!("failed to create {}", room.display()))?;
    let browser = found(&BROWSERS).context(
        "this verb needs Chromium: on Debian, `apt-get install chromium`; elsewhere put chromium or google-chrome in PATH",
    )?;
    install_driver(&room)?;
    let script = room.join("pages.mjs");
    std::fs::write(&script, PAGES).context("failed to write the script")?;
    loadtest::build()?;

    let log = room.join("service.log");
    let (key, admin_key) = (service::random_key(), service::random_key());
    let model = project::model().display().to_string();
    let environment =
        [("ADMIN_API_KEYS", &*admin_key), ("CHALLENGER_PATH", &*model), ("CHALLENGER_SHARE", "1")];
    let service = Service::start_with(0, &key, &environment, &log)?;
    let mut command = Command::new("node");
    command.arg(&script).current_dir(&room);
    command.env("PAGE_URL", service.url()).env("PAGE_KEY", &key);
    command.env("PAGE_ADMIN_KEY", &admin_key).env("PAGE_BROWSER", browser);
    let status = Program::start("node", &mut command)?.wait()?;
    service.stop(&log)?;
    if !status.success() {
        bail!(
            "the browser tripped ({status}); its words above say where, the screenshots lie in {}",
            project::shown(&room)
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Installs the driver into `room`, once.
fn install_driver(room: &Path) -> Result<()> {
    if room.join("node_modules/puppeteer-core").is_dir() {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(room).arg(DRIVER);
    program::finish(&mut npm).context(
        "this verb needs node (18 or later) and npm: on Debian, `apt-get install nodejs npm`",
    )
}

/// The first of these programs that is in PATH.
fn found(names: &[&str]) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&folders).collect();
    let places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}
