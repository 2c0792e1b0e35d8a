//! The two laws of the contract: what is written reads back the same, and what is cut off never reads as another run.

use std::fs::File;

use lead_stats::{Summary, read, read_summary, write};
use proptest::prelude::*;

use crate::{
    arbitrary,
    folder::{Folder, stats_file},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_written_run_reads_back_as_itself(run in arbitrary::run()) {
        let folder = Folder::new();
        let prefix = folder.path("run");
        write(&prefix, &run).unwrap();
        prop_assert_eq!(read(&prefix).unwrap(), run);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_summary_cut_anywhere_reads_as_itself_or_not_at_all(summary in arbitrary::summary(3)) {
        let folder = Folder::new();
        let run = lead_stats::Run { summary, ..lead_stats::Run::default() };
        write(&folder.path("run"), &run).unwrap();
        assert_no_cut_lies(&folder.bytes("_stats.csv"), &run.summary);
    }
}

#[test]
fn a_summary_with_an_endpoint_called_aggregated_cut_anywhere_reads_as_itself_or_not_at_all() {
    let bytes = stats_file(&[
        "GET,Aggregated,5,0,1,1.0,1,1,1.0,1.0,0.0,1,1,1,1,1,1,1,1,1,1,1",
        "POST,Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A",
        "GET,\"x\r\n,Aggregated,5,0,1,1.0,1,1,1.0,1.0,0.0,1,1,1,1,1,1,1,1,1,1,1\r\n\",5,0,1,1.0,1,1,1.0,1.0,0.0,1,1,1,1,1,1,1,1,1,1,1",
        ",Aggregated,10,0,1,1.0,1,1,1.0,1.0,0.0,1,1,1,1,1,1,1,1,1,1,1000",
    ]);
    let whole = crate::folder::summary_of(&bytes).unwrap();
    assert_eq!(whole.endpoints.len(), 3);
    assert_no_cut_lies(bytes.as_bytes(), &whole);
}

/// Reads every prefix of a `_stats.csv`, the empty one too.
pub(crate) fn assert_no_cut_lies(bytes: &[u8], whole: &Summary) {
    let folder = Folder::new().with("_stats.csv", bytes);
    let path = folder.path("run_stats.csv");
    let file = File::options().write(true).open(&path).expect("the file was just written");
    let mut refused = 0;
    for end in (0..bytes.len()).rev() {
        file.set_len(end as u64).expect("the file is ours");
        match read_summary(&path) {
            Ok(read) => assert_eq!(read, *whole, "the first {end} bytes read as another run"),
            Err(_) => refused += 1,
        }
    }
    // At most the last byte is not missed.
    assert!(refused + 1 >= bytes.len(), "{refused} of {} cuts were refused", bytes.len());
}
