//! Options of the live page: where it listens, who may use it, and whether a run begins by itself.
//!
//! [`WebArgs`] is what was typed; [`WebArgs::web`] checks it into a [`Web`]. Names and environment variables are Locust's; that
//! the page listens on this machine alone unless told otherwise is ours. Nothing here listens.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use thiserror::Error;

use super::UsageError;

/// The environment variable that holds the token of the live page; one is made up where it is missing.
pub(crate) const TOKEN_VARIABLE: &str = "LEAD_WEB_TOKEN";

/// A token that somebody chose has at least so many characters: fewer can be guessed.
const FEWEST_CHARS: usize = 16;

/// The live page.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Web page (without --headless)")]
pub struct WebArgs {
    /// Address to serve the web page at; * for every address of this machine. One that other machines reach demands a
    /// token, as --web-login does.
    #[arg(
        long,
        value_name = "IP",
        env = "LOCUST_WEB_HOST",
        hide_env_values = true,
        default_value = "127.0.0.1"
    )]
    pub web_host: String,
    /// The name by which browsers reach the page.
    #[arg(
        long,
        value_name = "NAME",
        env = "LOCUST_WEB_HOST_DISPLAY_NAME",
        hide_env_values = true,
        hide = true
    )]
    pub web_host_display_name: Option<String>,
    /// Port to serve the web page at.
    #[arg(short = 'P', long, value_name = "PORT", env = "LOCUST_WEB_PORT", hide_env_values = true, default_value = "8089", value_parser = port)]
    pub web_port: u16,
    /// Path below which the page lies, e.g. /load, for a proxy that serves other things as well.
    #[arg(
        long,
        value_name = "PATH",
        env = "LOCUST_WEB_BASE_PATH",
        hide_env_values = true,
        default_value = ""
    )]
    pub web_base_path: String,
    /// Ask for a token: that of the environment variable LEAD_WEB_TOKEN, or one that is made up and printed.
    #[arg(long, env = "LOCUST_WEB_LOGIN", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub web_login: bool,
    /// Serve the page over https with this certificate (PEM). Needs --tls-key.
    #[arg(long, value_name = "FILE", env = "LOCUST_TLS_CERT", hide_env_values = true)]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM). Needs --tls-cert.
    #[arg(long, value_name = "FILE", env = "LOCUST_TLS_KEY", hide_env_values = true)]
    pub tls_key: Option<PathBuf>,
    /// Start the run at once, and serve the page all the same.
    #[arg(long, env = "LOCUST_AUTOSTART", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub autostart: bool,
    /// End the program so many seconds after the run that --autostart began; -1 lets the page stay.
    #[arg(
        long, value_name = "SECONDS", env = "LOCUST_AUTOQUIT", hide_env_values = true, default_value = "-1",
        allow_negative_numbers = true, value_parser = autoquit
    )]
    pub autoquit: i64,
}

/// What is wrong with the options in a way that Locust tells by exit code 1, not 2.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebFault {
    /// There is no run after which to quit.
    #[error("--autoquit is only meaningful in combination with --autostart")]
    Autoquit,
    /// A base path that is none.
    #[error(
        "Invalid format for --web-base-path argument ({0}): the url path must start with a slash."
    )]
    BasePath(String),
    /// A base path with signs that are not the same in every URL.
    #[error(
        "Invalid format for --web-base-path argument ({0}): only letters, digits and -_.~ between its slashes, as in /load or /team/load"
    )]
    Signs(String),
}

/// The live page, checked.
#[derive(Debug, Clone)]
pub struct Web {
    /// Name or address to listen at; `*` for every address.
    pub host: String,
    /// Port to listen at; 0 takes a free one.
    pub port: u16,
    /// The name by which browsers reach the page, where it was given.
    pub display_name: Option<String>,
    /// Path below which the page lies, as it was typed; see [`Web::base_path`].
    pub base: String,
    /// Certificate and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whether a token is asked for wherever the page listens.
    pub login: bool,
    /// Whether the run begins at once.
    pub autostart: bool,
    /// How long after that run the program ends; nothing lets the page stay.
    pub autoquit: Option<Duration>,
    /// Whether a host to load was named; without one the page asks for it.
    pub has_target: bool,
}

impl WebArgs {
    /// Checks the options; `has_target` says whether a host to load was named.
    ///
    /// # Errors
    ///
    /// When only one of certificate and key was given.
    pub fn web(self, has_target: bool) -> Result<Web, UsageError> {
        let given = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        let tls = match (given(self.tls_cert), given(self.tls_key)) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(_), None) => return Err(alone("--tls-cert", "--tls-key")),
            (None, Some(_)) => return Err(alone("--tls-key", "--tls-cert")),
        };
        let host = self.web_host.trim();
        Ok(Web {
            // An empty variable is one that was not set.
            host: if host.is_empty() { "127.0.0.1" } else { host }.to_owned(),
            port: self.web_port,
            display_name: self.web_host_display_name.filter(|name| !name.trim().is_empty()),
            base: self.web_base_path,
            tls,
            login: self.web_login,
            autostart: self.autostart,
            autoquit: u64::try_from(self.autoquit).ok().map(Duration::from_secs),
            has_target,
        })
    }
}

impl Web {
    /// What Locust ends with exit code 1.
    ///
    /// # Errors
    ///
    /// For `--autoquit` without `--autostart`, and for a base path without a slash before it.
    pub fn check(&self) -> Result<(), WebFault> {
        if self.autoquit.is_some() && !self.autostart {
            return Err(WebFault::Autoquit);
        }
        if !self.base.is_empty() && !self.base.starts_with('/') {
            return Err(WebFault::BasePath(self.base.clone()));
        }
        // Two slashes in a row would name another server, dots another folder, and braces a pattern.
        let is_plain = |part: &str| {
            let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            part.bytes().all(sign) && part.bytes().any(|byte| byte != b'.')
        };
        match self.base_path().split('/').skip(1).all(is_plain) {
            true => Ok(()),
            false => Err(WebFault::Signs(self.base.clone())),
        }
    }

    /// The path before every route: nothing, or one that begins with a slash and ends without.
    pub fn base_path(&self) -> &str {
        self.base.trim_end_matches('/')
    }
}

/// A token that somebody chose, where it is good enough.
///
/// # Errors
///
/// A sentence, without the token, for one that is too short, or that a header cannot carry.
pub(crate) fn checked_token(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.len() < FEWEST_CHARS {
        return Err(format!(
            "{TOKEN_VARIABLE} has fewer than {FEWEST_CHARS} characters, which can be guessed; take a longer one, or none and \
             one is made up"
        ));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!(
            "{TOKEN_VARIABLE} may hold only letters, digits and signs of ASCII, without blanks: a header carries it"
        ));
    }
    Ok(text.to_owned())
}

fn alone(given: &str, missing: &str) -> UsageError {
    UsageError::new(format!("argument {given}: only together with {missing}"))
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("invalid int value: '{text}' (0 to 65535)"))
}

fn autoquit(text: &str) -> Result<i64, String> {
    match text.parse() {
        Ok(seconds) if seconds >= -1 => Ok(seconds),
        Ok(_) => Err("must be >= 0, or -1 for never".to_owned()),
        Err(_) => Err(format!("invalid int value: '{text}'")),
    }
}

#[cfg(test)]
mod tests {
    use super::checked_token;

    #[test]
    fn a_token_that_can_be_guessed_or_not_be_sent_is_refused() {
        assert_eq!(checked_token(" 0123456789abcdef\n").unwrap(), "0123456789abcdef");
        for bad in ["", "short", "0123456789abcde", "0123456789 abcdef", "0123456789abcdéf"] {
            let fault = checked_token(bad).unwrap_err();
            assert!(fault.starts_with("LEAD_WEB_TOKEN") && !fault.contains("0123"), "{fault}");
        }
    }
}
