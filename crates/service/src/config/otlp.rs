//! Whether spans are exported, and where to: the standard variables of OpenTelemetry.
//!
//! An empty variable is one that is not set, as OpenTelemetry has it. Variables that only its exporter needs (headers,
//! timeouts, the size of its queue) are read by the exporter itself.

use clap::Args;

use crate::trace::{Export, ExportError, Sampler};

/// Where spans go; in builds with the cargo feature `otlp`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Traces (needs a build with the feature otlp)")]
pub struct OtlpArgs {
    /// Collector that takes spans over OTLP/HTTP, such as `http://127.0.0.1:4318` [default: none]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", hide_env_values = true)]
    pub otel_exporter_otlp_endpoint: Option<String>,

    /// The same for spans alone, with its path [default: `/v1/traces` below the other]
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        value_name = "URL",
        hide_env_values = true
    )]
    pub otel_exporter_otlp_traces_endpoint: Option<String>,

    /// Which spans: `always_on`, `always_off` or `traceidratio`, alone or behind `parentbased_` [default:
    /// `parentbased_traceidratio`]
    #[arg(long, env = "OTEL_TRACES_SAMPLER", value_name = "SAMPLER")]
    pub otel_traces_sampler: Option<String>,

    /// Share of the traces that traceidratio keeps, from 0 to 1 [default: 1]
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_name = "SHARE")]
    pub otel_traces_sampler_arg: Option<String>,

    /// What the service is called in its spans [default: lead-service]
    #[arg(long, env = "OTEL_SERVICE_NAME", value_name = "NAME")]
    pub otel_service_name: Option<String>,

    /// `none` turns the export off, whatever the other variables say [default: otlp]
    #[arg(long, env = "OTEL_TRACES_EXPORTER", value_name = "EXPORTER")]
    pub otel_traces_exporter: Option<String>,

    /// `true` turns the export off as well [default: false]
    #[arg(long, env = "OTEL_SDK_DISABLED", value_name = "BOOL")]
    pub otel_sdk_disabled: Option<String>,
}

impl OtlpArgs {
    /// Where spans are sent, if anywhere.
    pub(super) fn export(self) -> Result<Option<Export>, ExportError> {
        let endpoint = endpoint(
            given(self.otel_exporter_otlp_endpoint),
            given(self.otel_exporter_otlp_traces_endpoint),
        )?;
        let disabled = self.otel_sdk_disabled.is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let off = match given(self.otel_traces_exporter).as_deref() {
            None | Some("otlp") => disabled,
            Some("none") => true,
            Some(_) => return Err(ExportError::Exporter),
        };
        let sampler = Sampler::parse(
            given(self.otel_traces_sampler).as_deref(),
            given(self.otel_traces_sampler_arg).as_deref(),
        )?;
        let service_name = given(self.otel_service_name);
        Ok(endpoint.filter(|_| !off).map(|endpoint| Export { endpoint, service_name, sampler }))
    }
}

/// A variable that says something.
fn given(variable: Option<String>) -> Option<String> {
    variable.filter(|value| !value.trim().is_empty())
}

/// The collector's address for spans: the one given as it is, or the one for everything with the path for spans.
fn endpoint(all: Option<String>, traces: Option<String>) -> Result<Option<String>, ExportError> {
    if let Some(traces) = traces {
        return Export::checked_endpoint("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", traces).map(Some);
    }
    let Some(all) = all else { return Ok(None) };
    let all = Export::checked_endpoint("OTEL_EXPORTER_OTLP_ENDPOINT", all)?;
    Ok(Some(format!("{}/v1/traces", all.trim_end_matches('/'))))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::OtlpArgs;
    use crate::trace::{Export, ExportError};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        otlp: OtlpArgs,
    }

    fn export(flags: &[&str]) -> Result<Option<Export>, ExportError> {
        let line = Line::try_parse_from([&["test"], flags].concat()).expect("texts only");
        line.otlp.export()
    }

    fn endpoint(flags: &[&str]) -> Option<String> {
        export(flags).expect("a good line").map(|export| export.endpoint)
    }

    const ALL: &str = "--otel-exporter-otlp-endpoint";
    const TRACES: &str = "--otel-exporter-otlp-traces-endpoint";

    #[test]
    fn spans_go_below_the_address_for_everything_or_to_their_own() {
        let spans = Some("http://c:4318/v1/traces".to_owned());
        assert_eq!(endpoint(&[ALL, "http://c:4318"]), spans);
        assert_eq!(endpoint(&[ALL, "http://c:4318/"]), spans);
        let own = Some("http://t:1/x".to_owned());
        assert_eq!(endpoint(&[ALL, "http://c:4318", TRACES, "http://t:1/x"]), own);
    }

    #[test]
    fn without_an_address_or_when_turned_off_no_spans_are_sent() {
        assert_eq!(endpoint(&[]), None);
        assert_eq!(endpoint(&[ALL, ""]), None);
        assert_eq!(endpoint(&[ALL, "http://c", "--otel-sdk-disabled", "TRUE"]), None);
        assert_eq!(endpoint(&[ALL, "http://c", "--otel-traces-exporter", "none"]), None);
        assert!(endpoint(&[ALL, "http://c", "--otel-sdk-disabled", "0"]).is_some());
        assert!(endpoint(&[ALL, "http://c", "--otel-traces-exporter", "otlp"]).is_some());
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_repeating_it() {
        for flags in [
            [ALL, "secret.example"],
            [TRACES, "secret"],
            ["--otel-traces-exporter", "secret"],
            ["--otel-traces-sampler", "secret"],
            ["--otel-traces-sampler-arg", "secret"],
        ] {
            let refused = export(&flags).expect_err(flags[0]).to_string();
            assert!(refused.contains("OTEL_") && !refused.contains("secret"), "{refused}");
        }
    }
}
