//! [`Histogram`]: observations in buckets, for what every request observes several of.
//!
//! It is declared, labelled and shown like the client library's. That one takes four locked additions an observation, so
//! that a page never shows a sum without its count; here they are two, the count is that of the buckets, and a page that
//! is made in between may miss the last observation in the sum.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use prometheus::{
    Error, HistogramOpts,
    core::{Atomic, AtomicF64, Describer, Metric, MetricVec, MetricVecBuilder},
    proto::{self, LabelPair, MetricType},
};

/// A family of histograms with the same buckets, one for each combination of labels.
pub(super) type HistogramVec = MetricVec<Builder>;

/// A family of this name, help and buckets, which must rise.
pub(super) fn family(opts: HistogramOpts, labels: &[&str]) -> Result<HistogramVec, Error> {
    debug_assert!(opts.buckets.is_sorted(), "buckets rise");
    let mut opts = opts;
    opts.common_opts =
        labels.iter().fold(opts.common_opts, |opts, label| opts.variable_label(*label));
    HistogramVec::create(MetricType::HISTOGRAM, Builder, opts)
}

/// A handle; clones count into the same buckets.
#[derive(Debug, Clone)]
pub(super) struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    labels: Vec<LabelPair>,
    /// Upper bounds, which belong to their buckets.
    bounds: Vec<f64>,
    /// One more than there are bounds, for what is above them all.
    counts: Vec<AtomicU64>,
    sum: AtomicF64,
}

/// Makes the members of a family.
#[derive(Debug, Clone)]
pub(super) struct Builder;

/// Observations that are counted together at the end.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    into: &'a Inner,
    counts: Vec<u64>,
    sum: f64,
}

impl Histogram {
    /// Counts one observation.
    pub(super) fn observe(&self, value: f64) {
        self.0.counts[self.0.bucket(value)].fetch_add(1, Ordering::Relaxed);
        self.0.sum.inc_by(value);
    }

    /// Counts many observations as cheaply as one: they go in when what is returned is dropped.
    pub(super) fn gather(&self) -> Gathered<'_> {
        Gathered { into: &self.0, counts: vec![0; self.0.counts.len()], sum: 0.0 }
    }
}

impl Inner {
    fn bucket(&self, value: f64) -> usize {
        self.bounds.iter().position(|bound| value <= *bound).unwrap_or(self.bounds.len())
    }
}

impl Gathered<'_> {
    /// Notes one observation.
    pub(super) fn observe(&mut self, value: f64) {
        self.counts[self.into.bucket(value)] += 1;
        self.sum += value;
    }
}

impl Drop for Gathered<'_> {
    fn drop(&mut self) {
        for (count, gathered) in self.into.counts.iter().zip(&self.counts) {
            if *gathered > 0 {
                count.fetch_add(*gathered, Ordering::Relaxed);
            }
        }
        self.into.sum.inc_by(self.sum);
    }
}

impl MetricVecBuilder for Builder {
    type M = Histogram;
    type P = HistogramOpts;

    fn build<V: AsRef<str>>(&self, opts: &HistogramOpts, values: &[V]) -> Result<Histogram, Error> {
        let names = opts.describe()?.variable_labels;
        let pair = |(name, value): (String, &V)| {
            let mut pair = LabelPair::default();
            pair.set_name(name);
            pair.set_value(value.as_ref().to_owned());
            pair
        };
        let mut labels: Vec<_> = names.into_iter().zip(values).map(pair).collect();
        labels.sort();
        let bounds = opts.buckets.clone();
        let counts = (0..=bounds.len()).map(|_| AtomicU64::default()).collect();
        Ok(Histogram(Arc::new(Inner { labels, bounds, counts, sum: AtomicF64::new(0.0) })))
    }
}

impl Metric for Histogram {
    fn metric(&self) -> proto::Metric {
        let mut total = 0;
        let counts = self.0.counts.iter().map(|count| {
            total += count.load(Ordering::Relaxed);
            total
        });
        let counts: Vec<u64> = counts.collect();
        let bucket = |(bound, count): (&f64, &u64)| {
            let mut bucket = proto::Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(*count);
            bucket
        };
        let mut histogram = proto::Histogram::default();
        histogram.set_bucket(self.0.bounds.iter().zip(&counts).map(bucket).collect());
        histogram.set_sample_count(total);
        histogram.set_sample_sum(self.0.sum.get());
        let mut metric = proto::Metric::from_label(self.0.labels.clone());
        metric.set_histogram(histogram);
        metric
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use prometheus::{HistogramOpts, TextEncoder, core::Collector};

    use super::family;

    const VALUES: [f64; 7] = [-1.0, 0.5, 1.0, 1.5, 2.0, 2.5, 1e9];

    fn opts() -> HistogramOpts {
        HistogramOpts::new("sizes", "Some sizes.").buckets(vec![0.5, 1.0, 2.0])
    }

    fn page(family: &impl Collector) -> String {
        TextEncoder::new().encode_to_string(&family.collect()).expect("a page")
    }

    #[test]
    fn a_page_reads_as_if_the_client_library_had_counted() {
        let theirs = prometheus::HistogramVec::new(opts(), &["zone", "area"]).expect("a family");
        let ours = family(opts(), &["zone", "area"]).expect("a family");
        for labels in [["z", "a"], ["y", "a"]] {
            for value in VALUES {
                theirs.with_label_values(&labels).observe(value);
                ours.with_label_values(&labels).observe(value);
            }
        }
        // The order of members of a family is open.
        let sorted = |page: String| {
            let mut lines: Vec<_> = page.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(page(&ours)), sorted(page(&theirs)));
        assert!(page(&ours).contains("sizes_bucket{area=\"a\",zone=\"z\",le=\"+Inf\"} 7"));
    }

    #[test]
    fn what_is_gathered_counts_once_it_is_dropped() {
        let [one, other] = [(); 2].map(|()| family(opts(), &[]).expect("a family"));
        let [single, many] = [&one, &other].map(|family| family.with_label_values::<&str>(&[]));
        let mut gathered = many.gather();
        for value in VALUES {
            single.observe(value);
            gathered.observe(value);
        }
        assert!(page(&other).contains("sizes_count 0"));
        drop(gathered);
        assert_eq!(page(&other), page(&one));
    }

    #[test]
    fn no_observation_of_any_thread_is_lost() {
        let sizes = family(opts(), &[]).expect("a family");
        thread::scope(|scope| {
            for _ in 0..4 {
                let handle = sizes.with_label_values::<&str>(&[]);
                scope.spawn(move || (0..10_000).for_each(|_| handle.observe(1.0)));
            }
        });
        let page = page(&sizes);
        assert!(page.contains("sizes_count 40000") && page.contains("sizes_sum 40000"), "{page}");
    }
}
