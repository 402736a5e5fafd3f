//! Where things lie.

use super::fixture::ping_pong;
use crate::plan::{PAGE_BYTES, plan};

#[test]
fn regions_are_whole_pages_in_order_and_disjoint() {
    let plan = plan(&ping_pong()).expect("ping-pong fits");
    for pair in plan.regions.windows(2) {
        assert!(pair[0].range.end() <= pair[1].range.base, "{pair:?}");
    }
    for region in &plan.regions {
        assert_eq!(region.range.base % PAGE_BYTES, 0);
        assert_eq!(region.range.size_bytes % PAGE_BYTES, 0);
        assert!(region.range.size_bytes > 0);
    }
}
