//! The certificate that connections are encrypted with, and how it is replaced without closing one.
//!
//! [`Certificates`] reads both files, checks that they belong together, and hands rustls the certificate of the moment.
//! Connections keep the one they began with. Which protocols are offered (HTTP/2, HTTP/1.1) is the server's to say.

use std::{io, path::PathBuf, sync::Arc};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use crate::config::Tls;

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that cannot be read.
    #[error("cannot read {}: {source}; check {variable}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What names it.
        variable: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A file without what is looked for.
    #[error("{} holds no {wanted} in PEM ({source}); check {variable}", path.display())]
    NoPem {
        /// The file.
        path: PathBuf,
        /// What names it.
        variable: &'static str,
        /// What should be in it.
        wanted: &'static str,
        /// What was met instead.
        source: pem::Error,
    },
    /// A pair of which one does not fit the other, or that cannot be used.
    #[error("the certificate in {} and the key in {} cannot be used together: {source}", tls.certificate.display(), tls.key.display())]
    Pair {
        /// Both files.
        tls: Tls,
        /// What rustls said.
        source: rustls::Error,
    },
    /// No protocol version; a bug of ours.
    #[error("cannot configure TLS: {0}")]
    Configuration(rustls::Error),
}

/// The certificate of the moment, and where the next one will lie.
#[derive(Debug, Clone)]
pub(crate) struct Certificates {
    files: Tls,
    current: Arc<Current>,
}

#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Certificates {
    /// Reads both files.
    pub(crate) fn load(files: Tls) -> Result<Self, TlsError> {
        let pair = read(&files)?;
        Ok(Self { files, current: Arc::new(Current(ArcSwap::from_pointee(pair))) })
    }

    /// Reads both files again; new connections get the new certificate. Where one is bad, the old one stays.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        self.current.0.store(Arc::new(read(&self.files)?));
        Ok(())
    }

    /// How connections are accepted.
    pub(crate) fn server(&self) -> Result<ServerConfig, TlsError> {
        let versions = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Configuration)?;
        let resolver = Arc::clone(&self.current);
        Ok(versions.with_no_client_auth().with_cert_resolver(resolver))
    }
}

fn read(files: &Tls) -> Result<CertifiedKey, TlsError> {
    let refused = |path: &PathBuf, variable, wanted, source| match source {
        pem::Error::Io(source) => TlsError::Unreadable { path: path.clone(), variable, source },
        source => TlsError::NoPem { path: path.clone(), variable, wanted, source },
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(|source| refused(&files.certificate, "TLS_CERT", "certificate", source))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|source| refused(&files.key, "TLS_KEY", "private key", source))?;
    CertifiedKey::from_der(chain, key, &provider())
        .map_err(|source| TlsError::Pair { tls: files.clone(), source })
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
