//! The document at `/openapi.json`, held against the rules of OpenAPI and against the service that serves it.
//!
//! openapi-spec-validator reads the document; Schemathesis makes some ten thousand requests from it, right ones and wrong
//! ones, and looks at each answer. The service has a folder of models of its own and a key that opens everything, so that
//! whatever is asked of it, administration as well, harms nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::http;
use crate::loadtest;
use crate::program::{self, Program};
use crate::project;
use crate::python;
use crate::service::{self, Service};

/// The releases this workspace was last tested with.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

/// What is checked how often, and what is not.
const RULES: &str = include_str!("schemathesis.toml");

/// What Schemathesis must be told in its own language.
const HOOKS: &str = include_str!("schemathesis_hooks.py");

/// Fails with the first thing that is not as the document says.
pub(super) fn meet(room: &Path) -> Result<()> {
    let room = &room.join("openapi");
    let programs = python::install(room, &PACKAGES)?;
    loadtest::build()?;

    let log = room.join("service.log");
    let (key, environment) = prepare(room)?;
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
    let service = Service::start_with(0, &service::random_key(), &environment, &log)?;

    let document = room.join("openapi.json");
    let (status, text) = http::get(service.address(), "/openapi.json")?;
    ensure!(status == 200, "GET /openapi.json answered {status}");
    fs::write(&document, text).context("failed to write the document down")?;
    let mut validator = Command::new(programs.join("openapi-spec-validator"));
    validator.args(["--validation-errors", "all", "--schema", "3.1"]).arg(&document);
    program::finish(&mut validator).context("the document breaks the rules of OpenAPI 3.1")?;

    let rules = room.join("schemathesis.toml");
    fs::write(&rules, RULES).context("failed to write the rules for Schemathesis")?;
    fs::write(room.join("schemathesis_hooks.py"), HOOKS)
        .context("failed to write the hooks for Schemathesis")?;
    let mut schemathesis = Command::new(programs.join("schemathesis"));
    schemathesis.current_dir(room).arg("--config-file").arg(&rules);
    schemathesis.arg("run").arg(format!("{}/openapi.json", service.url()));
    schemathesis.args(["--header", &format!("X-API-Key: {key}")]);
    let status = Program::start("schemathesis", &mut schemathesis)?.wait()?;
    service.stop(&log)?;
    if !status.success() {
        bail!(
            "Schemathesis found answers that are not as documented ({status}); its words above say which"
        );
    }
    Ok(())
}

/// A folder of models of the service's own, and a key file with one key that opens everything.
fn prepare(room: &Path) -> Result<(String, [(&'static str, String); 3])> {
    let (models, keys) = (room.join("models"), room.join("keys.json"));
    if keys.exists() {
        fs::remove_file(&keys).context("failed to remove the last run's key")?;
    }
    fs::create_dir_all(&models).context("failed to make a folder for models")?;
    let model = models.join("b2b-v1.json");
    fs::copy(project::model(), &model).context("failed to copy the model")?;
    let mut command = Command::new(project::release_binary("lead-service"));
    command.args(["keys", "new", "--id", "schemathesis", "--scopes", "score,admin,metrics"]);
    let made = command.arg("--file").arg(&keys).stderr(Stdio::inherit()).output();
    let made = made.context("failed to start lead-service")?;
    ensure!(made.status.success(), "lead-service could not make a key ({})", made.status);
    let key = String::from_utf8(made.stdout).context("the key is no text")?.trim().to_owned();
    let environment = [
        ("KEY_FILE", keys.display().to_string()),
        ("MODEL_PATH", models.display().to_string()),
        ("CHALLENGER_PATH", model.display().to_string()),
    ];
    Ok((key, environment))
}
