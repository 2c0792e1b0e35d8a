//! A real browser meets the pages of the service, and the live page of the load generator: `cargo xtask browser`.
//!
//! Headless Chromium is driven by `browser/pages.mjs` and `browser/live.mjs` through puppeteer-core, which lies in
//! `target/browser/`; what both need of a browser is `browser/visitor.mjs`. The scripts do what a person would and fail on
//! the first thing a person would trip over; their screenshots are there to be looked at. Load generators with a live page
//! are started by `browser/live.rs`.

mod live;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use self::live::LivePage;
use crate::loadtest;
use crate::program::{self, Program};
use crate::project;
use crate::service::{self, Service};

/// Drives Chromium without bringing one along; the last major version that runs on Node 20.
const DRIVER: &str = "puppeteer-core@24";

/// What goes through the pages, and what both need.
const SCRIPTS: [(&str, &str); 3] = [
    ("visitor.mjs", include_str!("browser/visitor.mjs")),
    ("pages.mjs", include_str!("browser/pages.mjs")),
    ("live.mjs", include_str!("browser/live.mjs")),
];

/// Names under which Chromium is installed.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Starts the service and the load generators, and lets the browser go through their pages.
pub(crate) fn run() -> Result<ExitCode> {
    program::catch_interrupts()?;
    let room = project::scratch("browser");
    std::fs::create_dir_all(&room)
        .with_context(|| format!("failed to create {}", room.display()))?;
    let browser = found(&BROWSERS).context(
        "this verb needs Chromium: on Debian, `apt-get install chromium`; elsewhere put chromium or google-chrome in PATH",
    )?;
    install_driver(&room)?;
    for (name, text) in SCRIPTS {
        std::fs::write(room.join(name), text).context("failed to write the scripts")?;
    }
    loadtest::build()?;

    let log = room.join("service.log");
    let (key, admin_key) = (service::random_key(), service::random_key());
    let model = project::model().display().to_string();
    let environment =
        [("ADMIN_API_KEYS", &*admin_key), ("CHALLENGER_PATH", &*model), ("CHALLENGER_SHARE", "1")];
    let service = Service::start_with(0, &key, &environment, &log)?;
    let tripped = visit(&room, &browser, &service, &admin_key);
    service.stop(&log)?;
    let tripped = tripped?;
    if !tripped.is_empty() {
        bail!(
            "the browser tripped in {}; its words above say where, the screenshots lie in {}",
            tripped.join(" and "),
            project::shown(&room)
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes through all pages; names the scripts that did not come through.
fn visit(
    room: &Path,
    browser: &Path,
    service: &Service,
    admin_key: &str,
) -> Result<Vec<&'static str>> {
    let mut tripped = Vec::new();
    let pages =
        [("PAGE_URL", service.url()), ("PAGE_KEY", service.key()), ("PAGE_ADMIN_KEY", admin_key)];
    if !drive(room, browser, "pages.mjs", &pages)? {
        tripped.push("pages.mjs");
    }
    let open = LivePage::start(service, "", &[], &room.join("live.log"))?;
    let token = service::random_key();
    let log = room.join("live-token.log");
    let locked =
        LivePage::start(service, &token, &["--web-login", "--web-base-path", "/team/load"], &log)?;
    let live = [
        ("LIVE_URL", open.url()),
        ("LIVE_LOCKED_URL", locked.url()),
        ("LIVE_TOKEN", &token),
        ("LIVE_TARGET", service.url()),
    ];
    if !drive(room, browser, "live.mjs", &live)? {
        tripped.push("live.mjs");
    }
    open.stop()?;
    locked.stop()?;
    Ok(tripped)
}

/// Runs a script to its end, and says whether it came through.
fn drive(room: &Path, browser: &Path, script: &str, words: &[(&str, &str)]) -> Result<bool> {
    let mut command = Command::new("node");
    command.arg(room.join(script)).current_dir(room);
    command.env("PAGE_BROWSER", browser).envs(words.iter().copied());
    let status = Program::start("node", &mut command)?.wait()?;
    if program::interrupted() {
        bail!("interrupted");
    }
    Ok(status.success())
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
