//! What a browser may do with a page of ours.
//!
//! [`policy`] is the content security policy of a page that holds everything it needs: no script, no picture, no request, and
//! no style but the one whose hash it names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The policy of a page whose one `<style>` element holds exactly this text.
pub(super) fn policy(style: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn a_policy_names_the_hash_of_the_style() {
        // The hash of nothing, as every table of test vectors has it.
        assert_eq!(
            policy(""),
            "default-src 'none'; style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; base-uri 'none'; \
             form-action 'none'"
        );
    }
}
