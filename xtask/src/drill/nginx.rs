//! A real nginx in front of the instances, with everything it writes in one
//! folder.
//!
//! [`Nginx`] is started with a [`Site`] and can be given another one while it
//! runs, as an operator would with `nginx -s reload`. How the site should be
//! is said in `nginx.conf`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::spoken::Spoken;
use crate::{http, program, project};

/// The whole configuration, with places for what differs.
const TEMPLATE: &str = include_str!("nginx.conf");

/// How long nginx may take to listen, or to take a new configuration.
const PATIENCE: Duration = Duration::from_secs(30);

/// What differs from case to case, and while a case runs.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// Addresses of the instances, such as `127.0.0.1:8000`.
    pub(super) instances: Vec<String>,
    /// The instance that gets no request at all, for now.
    pub(super) taken_out: Option<usize>,
    /// When another instance is asked, in nginx's words; `off` for never.
    pub(super) next_upstream: &'static str,
    /// How long an idle connection of a client stays open, in nginx's words.
    pub(super) client_keepalive: &'static str,
}

/// A running nginx.
#[derive(Debug)]
pub(super) struct Nginx {
    master: Spoken,
    binary: PathBuf,
    folder: PathBuf,
    address: String,
}

impl Nginx {
    /// Starts `binary` on a free port, with `folder` for its files.
    pub(super) fn start(binary: &Path, folder: &Path, site: &Site) -> Result<Self> {
        // Its workers may belong to another user, who must reach their temporary files.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
        let address = http::free_address()?;
        site.write_to(folder, &address)?;
        let mut command = invocation(binary, folder);
        let master = Spoken::start("nginx", &mut command, &folder.join("nginx.txt"))?;
        let mut nginx =
            Self { master, binary: binary.to_owned(), folder: folder.to_owned(), address };
        nginx.wait_for_answer()?;
        Ok(nginx)
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gives it another site, and waits until no worker process has the old one.
    pub(super) fn reload(&mut self, site: &Site) -> Result<()> {
        let old = self.workers()?;
        site.write_to(&self.folder, &self.address)?;
        program::finish(invocation(&self.binary, &self.folder).args(["-s", "reload"]))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = self.workers()?;
            if !now.is_empty() && now.iter().all(|worker| !old.contains(worker)) {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "nginx still runs with its old configuration");
            sleep(Duration::from_millis(5));
        }
    }

    /// Stops it and returns what became of the requests.
    pub(super) fn stop(mut self) -> Result<Traffic> {
        self.master.must_live()?;
        let status = self.master.program().stop()?;
        ensure!(
            status.success(),
            "nginx did not stop cleanly ({status}):\n{}",
            self.master.words()
        );
        let log = self.folder.join("access.log");
        let lines = fs::read_to_string(&log)
            .with_context(|| format!("failed to read {}", log.display()))?;
        Ok(Traffic::of(&lines))
    }

    fn wait_for_answer(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.master.must_live()?;
            match http::get(&self.address, "/health/ready") {
                Ok((200, _)) => return Ok(()),
                _ if Instant::now() < deadline => sleep(Duration::from_millis(20)),
                Ok((status, body)) => bail!("nginx answers {status}: {body}"),
                Err(error) => return Err(error),
            }
        }
    }

    /// The process ids of its workers, old and new.
    fn workers(&mut self) -> Result<Vec<u32>> {
        let master = self.master.program().pid();
        let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children"))
            .context("failed to look at nginx's workers")?;
        Ok(children.split_whitespace().filter_map(|pid| pid.parse().ok()).collect())
    }
}

impl Site {
    fn write_to(&self, folder: &Path, address: &str) -> Result<()> {
        let servers = self.instances.iter().enumerate().map(|(index, instance)| {
            let away = if self.taken_out == Some(index) { " down" } else { "" };
            format!("        server {instance} max_fails=1 fail_timeout=1s{away};")
        });
        let text = TEMPLATE
            .replace("{{listen}}", address)
            .replace("{{servers}}", &servers.collect::<Vec<_>>().join("\n"))
            .replace("{{next_upstream}}", self.next_upstream)
            .replace("{{client_keepalive}}", self.client_keepalive);
        fs::write(folder.join("nginx.conf"), text).context("failed to write nginx.conf")
    }
}

/// What nginx did with the requests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Traffic {
    /// All of them.
    pub(super) requests: u64,
    /// Those that a second instance answered because the first one could not.
    pub(super) retried: u64,
    /// Those that nginx answered with an error of its own.
    pub(super) lost: u64,
}

impl Traffic {
    /// Reads the lines of the access log.
    fn of(log: &str) -> Self {
        let mut traffic = Self::default();
        for line in log.lines() {
            let mut fields = line.split('\t');
            let (status, asked) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
            traffic.requests += 1;
            match status {
                "502" | "504" => traffic.lost += 1,
                _ if asked.contains(',') => traffic.retried += 1,
                _ => {}
            }
        }
        traffic
    }
}

/// `nginx` with the configuration in `folder`, which is also what its paths begin at.
fn invocation(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command.arg("-p").arg(folder).args(["-c", "nginx.conf"]).current_dir(project::root());
    command
}

#[cfg(test)]
mod tests {
    use super::{Site, Traffic};

    #[test]
    fn requests_are_counted_by_what_became_of_them() {
        let log = "200\ta:1\t200\tPOST /\n200\ta:1, b:2\t502, 200\tPOST /\n502\ta:1, b:2\t502, 502\tPOST /\n\
                   404\ta:1\t404\tGET /x\n";
        assert_eq!(Traffic::of(log), Traffic { requests: 4, retried: 1, lost: 1 });
    }

    #[test]
    fn a_site_names_every_instance_and_leaves_no_place_unfilled() {
        let folder = tempfile::tempdir().unwrap();
        let instances = vec!["127.0.0.1:1".to_owned(), "127.0.0.1:2".to_owned()];
        let site =
            Site { instances, taken_out: Some(1), next_upstream: "off", client_keepalive: "0" };
        site.write_to(folder.path(), "127.0.0.1:3").unwrap();
        let text = std::fs::read_to_string(folder.path().join("nginx.conf")).unwrap();
        assert!(text.contains("server 127.0.0.1:1 max_fails=1 fail_timeout=1s;\n"), "{text}");
        assert!(text.contains("server 127.0.0.1:2 max_fails=1 fail_timeout=1s down;\n"), "{text}");
        assert!(text.contains("listen 127.0.0.1:3;") && text.contains("proxy_next_upstream off;"));
        assert!(!text.contains("{{"), "{text}");
    }
}
