//! Whether the service speaks TLS, and with which certificate.
//!
//! Paths only; [`tls`](crate::tls) opens the files.

use std::path::PathBuf;

use clap::Args;

/// How connections are encrypted.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsArgs {
    /// Certificate chain in PEM, the service's own first; with it the service speaks HTTPS only
    #[arg(long, env = "TLS_CERT", value_name = "TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate in PEM; both files are read again on SIGHUP
    #[arg(long, env = "TLS_KEY", value_name = "TLS_KEY")]
    pub tls_key: Option<PathBuf>,
}

/// Where certificate and key lie.
#[derive(Debug, Clone)]
pub struct Tls {
    /// `TLS_CERT`: the chain, the service's own certificate first.
    pub certificate: PathBuf,
    /// `TLS_KEY`: its private key.
    pub key: PathBuf,
}

/// One file of the two.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{given} is set and {wanted} is not: TLS needs the certificate and its key")]
pub struct HalfTls {
    given: &'static str,
    wanted: &'static str,
}

impl Tls {
    /// Both files, or none.
    pub(super) fn new(args: TlsArgs) -> Result<Option<Self>, HalfTls> {
        match (args.tls_cert, args.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some(Self { certificate, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(HalfTls { given: "TLS_CERT", wanted: "TLS_KEY" }),
            (None, Some(_)) => Err(HalfTls { given: "TLS_KEY", wanted: "TLS_CERT" }),
        }
    }
}
