//! Which crate may use which: the invariants of docs/ARCHITECTURE.md, enforced.
//!
//! Two kinds: what a crate's dependency tree must not hold (asked of cargo, so
//! that an edge through a third crate counts too), and what a crate's own
//! source must not name. How a tree *should* look is not judged here.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::source::SourceFile;
use crate::project;

/// What one package may use of ours, and what it must never pull in.
struct Edge {
    package: &'static str,
    /// Features to look at; everything when empty.
    flags: &'static [&'static str],
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

const HTTP: [&str; 5] = ["actix-web", "axum", "hyper", "reqwest", "tokio"];

const EDGES: [Edge; 7] = [
    Edge { package: "lead-stats", flags: &[], ours: &[], never: &HTTP },
    Edge {
        package: "lead-model",
        flags: &["--no-default-features"],
        ours: &[],
        never: &[
            "actix-web",
            "argmin",
            "arrow-array",
            "clap",
            "csv",
            "hyper",
            "indicatif",
            "linfa",
            "ndarray",
            "parquet",
            "rayon",
            "reqwest",
            "tokio",
            "toml",
        ],
    },
    Edge { package: "lead-model", flags: &[], ours: &[], never: &HTTP },
    Edge {
        package: "lead-service",
        flags: &[],
        ours: &["lead-model"],
        never: &["argmin", "csv", "indicatif", "linfa", "ndarray", "rayon", "reqwest", "toml"],
    },
    Edge {
        package: "lead-loadgen",
        flags: &[],
        ours: &["lead-model", "lead-stats"],
        never: &["argmin", "indicatif", "linfa", "ndarray", "rayon"],
    },
    Edge { package: "lead-gate", flags: &[], ours: &["lead-stats"], never: &HTTP },
    Edge { package: "xtask", flags: &[], ours: &[], never: &HTTP },
];

/// Words that a folder's product code must not contain, and the reason.
struct Ban {
    folder: &'static str,
    except: &'static [&'static str],
    words: &'static [&'static str],
    reason: &'static str,
}

const BANS: [Ban; 7] = [
    Ban {
        folder: "crates/model/src/",
        except: &["crates/model/src/cli/", "crates/model/src/bin/"],
        words: &["std::fs", "std::env", "std::net", "std::time", "std::process", "std::thread"],
        reason: "lead-model is pure: no I/O beyond Read and Write, no clock, no environment",
    },
    Ban {
        folder: "crates/model/src/",
        except: &["crates/model/src/train/fit.rs"],
        words: &["linfa::", "linfa_logistic::"],
        reason: "linfa has one door: train/fit.rs",
    },
    Ban {
        folder: "crates/model/src/",
        except: &["crates/model/src/cli/", "crates/model/src/train/"],
        words: &["rayon::"],
        reason: "only training spreads over threads, those of the pool it is called in",
    },
    Ban {
        folder: "crates/stats/src/",
        except: &[],
        words: &["std::time", "std::net", "std::env"],
        reason: "lead-stats knows files and nothing else",
    },
    Ban {
        folder: "crates/loadgen/src/",
        except: &["crates/loadgen/src/web/"],
        words: &["actix_web::"],
        reason: "the live page is served by web/, and nothing else serves",
    },
    Ban {
        folder: "crates/loadgen/src/",
        except: &["crates/loadgen/src/cluster/"],
        words: &["zeromq::", "rmp_serde::"],
        reason: "only cluster/ speaks with a Locust master",
    },
    Ban {
        folder: "xtask/src/",
        except: &["xtask/src/tidy/edges.rs"],
        words: &["lead_model::", "lead_stats::", "lead_service::", "lead_loadgen::", "lead_gate::"],
        reason: "xtask starts the others as programs and imports none of them",
    },
];

/// Fails with every broken edge, one a line.
pub(crate) fn check(files: &[SourceFile]) -> Result<()> {
    let mut broken = Vec::new();
    for edge in &EDGES {
        broken.extend(edge.broken()?);
    }
    for ban in &BANS {
        broken.extend(ban.broken(files));
    }
    ensure!(broken.is_empty(), "crate edges are broken:\n  {}", broken.join("\n  "));
    Ok(())
}

impl Edge {
    fn broken(&self) -> Result<Vec<String>> {
        let tree = dependencies(self.package, self.flags)?;
        let ours = tree.iter().filter(|name| name.starts_with("lead-"));
        let extra = ours.filter(|name| !self.ours.contains(&name.as_str()));
        let never = tree.iter().filter(|name| self.never.contains(&name.as_str()));
        Ok(extra.chain(never).map(|name| format!("{} must not use {name}", self.package)).collect())
    }
}

impl Ban {
    fn broken(&self, files: &[SourceFile]) -> Vec<String> {
        let inside = files.iter().filter(|file| {
            file.path.starts_with(self.folder)
                && !self.except.iter().any(|e| file.path.starts_with(e))
        });
        let mut broken = Vec::new();
        for file in inside {
            for (number, line) in file.code_lines() {
                if let Some(word) = self.words.iter().find(|word| line.contains(**word)) {
                    broken.push(format!("{}:{number} names {word}: {}", file.path, self.reason));
                }
            }
        }
        broken
    }
}

/// The names of everything `package` links or builds with, itself left out.
fn dependencies(package: &str, flags: &[&str]) -> Result<BTreeSet<String>> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(project::root());
    cargo.args(["tree", "--locked", "--package", package, "--edges", "normal,build"]);
    cargo.args(["--prefix", "none", "--format", "{p}"]).args(flags);
    let output = cargo.output().context("failed to start cargo tree")?;
    if !output.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).context("cargo tree printed something odd")?;
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    let names: BTreeSet<String> =
        names.filter(|name| *name != package).map(str::to_owned).collect();
    ensure!(!names.is_empty(), "cargo tree lists nothing for {package}");
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::rust_files;

    #[test]
    fn imports_between_the_crates_run_one_way() {
        check(&rust_files().unwrap()).unwrap();
    }

    #[test]
    fn a_banned_word_in_code_is_found_and_in_a_comment_is_not() {
        let ban = &BANS[0];
        let path = "crates/model/src/clock.rs".to_owned();
        let code =
            SourceFile { path: path.clone(), text: "fn now() { std::time::now() }\n".to_owned() };
        assert_eq!(ban.broken(&[code]).len(), 1);
        let comment = SourceFile { path, text: "// Never std::time here.\n".to_owned() };
        assert!(ban.broken(&[comment]).is_empty());
    }

    #[test]
    fn an_edge_that_is_not_allowed_is_named() {
        let edge = Edge { package: "lead-gate", flags: &[], ours: &[], never: &[] };
        assert_eq!(edge.broken().unwrap(), ["lead-gate must not use lead-stats"]);
    }
}
