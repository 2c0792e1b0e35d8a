//! Which web pages may call the service from a browser: none, until origins are named.
//!
//! [`Cors`] holds origins as a browser sends them; actix-cors compares them exactly. Credentials (cookies) are never
//! allowed: the service's only proof of identity is the `X-API-Key` header.

use actix_web::http::Uri;
use clap::Args;

/// Which web pages may call.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "CORS")]
pub struct CorsArgs {
    /// Web origins that may call the service, separated by commas; `*` allows any [default: none]
    #[arg(long, env = "CORS_ORIGINS", value_name = "CORS_ORIGINS")]
    pub cors_origins: Option<String>,
}

/// The answer to cross-origin requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cors {
    /// No header is sent and no preflight is answered: browsers keep other origins out.
    Off,
    /// Any origin may call, without credentials (`*`).
    Any,
    /// These origins may call, and no other.
    Origins(Vec<String>),
}

/// Why an entry of `CORS_ORIGINS` is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "CORS_ORIGINS has {entry:?}, which is no origin: write scheme://host[:port] without a path, or * alone"
)]
pub struct CorsError {
    entry: String,
}

impl Cors {
    /// Reads origins separated by commas, or `*`.
    ///
    /// # Errors
    ///
    /// [`CorsError`] names the first entry that is not scheme, host and optional port.
    pub fn parse(list: &str) -> Result<Self, CorsError> {
        if list.trim() == "*" {
            return Ok(Self::Any);
        }
        list.split(',')
            .map(|entry| origin(entry.trim()))
            .collect::<Result<_, _>>()
            .map(Self::Origins)
    }
}

fn origin(entry: &str) -> Result<String, CorsError> {
    let refused = || CorsError { entry: entry.to_owned() };
    let uri: Uri = entry.parse().map_err(|_| refused())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(refused());
    };
    // What a browser sends is rebuilt and compared, so that a path, a slash at the end or a user name is not let through.
    let sent = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
    if sent != entry || authority.as_str().contains('@') { Err(refused()) } else { Ok(sent) }
}

#[cfg(test)]
mod tests {
    use super::Cors;

    #[test]
    fn origins_are_taken_as_a_browser_sends_them() {
        let origins = vec!["https://crm.example".to_owned(), "http://localhost:3000".to_owned()];
        assert_eq!(
            Cors::parse("https://crm.example, http://localhost:3000"),
            Ok(Cors::Origins(origins))
        );
        assert_eq!(Cors::parse(" * "), Ok(Cors::Any));
    }

    #[test]
    fn what_no_browser_would_send_is_refused_and_named() {
        for entry in [
            "",
            "crm.example",
            "https://crm.example/",
            "https://crm.example/x",
            "https://a@crm.example",
            "*",
        ] {
            let list = format!("https://crm.example,{entry}");
            let refused = Cors::parse(&list).unwrap_err().to_string();
            assert!(refused.contains(&format!("{entry:?}")), "{refused}");
        }
    }
}
