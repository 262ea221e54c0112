//! What is wrong is found, by the check whose business it is, at the entry where it is.

use super::fixture::{Fixture, Plan};
use super::*;

#[test]
fn an_honest_file_is_verified() {
    let report = Fixture::honest().parts().verify();
    assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_text());
}
