//! The solver by itself.

use proptest::prelude::*;

use super::solver::Shared;
use super::*;
use crate::plan::region::PAGE_BYTES;
use crate::system::PartitionIndex;

const RAM: Range = Range {
    base: 0x8001_0000,
    size_bytes: 0x10_0000,
};

fn part(page: u64, size_bytes: u64, access: Access) -> Part {
    Part {
        offset_bytes: page * PAGE_BYTES,
        size_bytes,
        access,
    }
}

/// A program like those of this repository: data, code, constants.
fn demand(image: Vec<Part>) -> Demand {
    Demand {
        stack_bytes: 0x2000,
        image,
        fixed: None,
        writable: vec![64, 256],
        readable: vec![800],
    }
}

fn usual() -> Demand {
    demand(vec![
        part(0, 0x3008, Access::ReadWrite),
        part(4, 0x7c8, Access::ReadExecute),
        part(5, 0x130, Access::Read),
    ])
}

fn input<'a>(demands: &'a [Demand], devices: &'a [Vec<Grant>]) -> Input<'a> {
    Input {
        ram: RAM,
        grain_bytes: 4,
        entries: 16,
        demands,
        devices,
        shared: &[],
    }
}

fn device(base: u64, size_bytes: u64) -> Grant {
    Grant {
        name: format!("{base:x}"),
        range: Range { base, size_bytes },
        access: Access::ReadWrite,
    }
}

#[test]
fn everything_with_equal_rights_is_one_run() {
    let solution = solve(&input(&[usual()], &[vec![]])).expect("there is room");
    let (base, order) = &solution.partitions[0];
    let accesses: Vec<Access> = order.runs.iter().map(|(_, access)| *access).collect();
    assert_eq!(
        accesses,
        [Access::ReadWrite, Access::ReadExecute, Access::Read]
    );
    assert_eq!(order.entries, 4);
    assert_eq!((base + order.image) % PAGE_BYTES, 0);
    assert!(
        order
            .writable
            .iter()
            .all(|&at| 0x2000 <= at && at < order.image)
    );
    assert!(order.readable[0] >= order.image + 0x5130);
    // From the stack to the constants nothing is given up but what fills up pages.
    let used = 0x2000 + 64 + 256 + 0x5130 + 800;
    assert_eq!(order.size_bytes, used);
}

#[test]
fn a_program_whose_data_come_last_costs_an_entry_more() {
    let image = vec![
        part(0, 0x7c8, Access::ReadExecute),
        part(1, 0x130, Access::Read),
        part(2, 0x3008, Access::ReadWrite),
    ];
    let solution = solve(&input(&[demand(image)], &[vec![]])).expect("there is room");
    let (_, order) = &solution.partitions[0];
    assert_eq!(order.runs[0].0.base, 0, "the stack is lowest");
    assert_eq!(
        order.entries, 6,
        "stack, code, constants, data, model and a bottom"
    );
}

#[test]
fn runs_of_one_entry_each_are_taken_where_they_cost_nothing() {
    let mut small = demand(vec![part(0, 0x1000, Access::ReadExecute)]);
    small.stack_bytes = 0x1000;
    small.writable.clear();
    small.readable.clear();
    let demands = [small];
    let devices = [vec![]];
    let solution = solve(&input(&demands, &devices)).expect("there is room");
    let (base, order) = &solution.partitions[0];
    assert_eq!((order.entries, order.size_bytes), (2, 0x2000));
    assert_eq!(base % 0x1000, 0);
    let few = Input {
        entries: 2,
        ..input(&demands, &devices)
    };
    assert_eq!(solve(&few).as_ref(), Ok(&solution));
    let one = Input {
        entries: 1,
        ..input(&demands, &devices)
    };
    let (partition, memory, others) = (0, 2, 0);
    let needed = TooMany {
        partition,
        memory,
        others,
    };
    assert_eq!(solve(&one), Err(Unsolvable::Entries(vec![needed])));
}

/// Alignment to powers of two is bought where the entries do not suffice otherwise.
#[test]
fn fewer_entries_are_bought_with_bytes() {
    let mut demand = demand(vec![part(0, 0x2800, Access::ReadExecute)]);
    demand.stack_bytes = 0x5000;
    demand.readable.clear();
    let (demands, devices) = ([demand], [vec![]]);
    let cheap = solve(&input(&demands, &devices)).expect("there is room");
    let few = Input {
        entries: 2,
        ..input(&demands, &devices)
    };
    let tight = solve(&few).expect("there is room");
    let (cheap, tight) = (&cheap.partitions[0].1, &tight.partitions[0].1);
    assert_eq!((cheap.entries, tight.entries), (3, 2));
    assert!(cheap.size_bytes < tight.size_bytes);
    for (range, _) in &tight.runs {
        assert!(range.size_bytes.is_power_of_two() && range.base % range.size_bytes == 0);
    }
}

#[test]
fn who_has_too_many_devices_is_named() {
    let many = (0..6).map(|n| device(0x1000_0000 + n * 0x2000, 0x1000));
    let devices = [vec![], many.collect()];
    let demands = [usual(), usual()];
    let input = Input {
        entries: 8,
        ..input(&demands, &devices)
    };
    let (partition, memory, others) = (1, 3, 6);
    let needed = TooMany {
        partition,
        memory,
        others,
    };
    assert_eq!(solve(&input), Err(Unsolvable::Entries(vec![needed])));
}

fn fixed(at: u64) -> Demand {
    Demand {
        fixed: Some(at),
        ..usual()
    }
}

#[test]
fn what_cannot_be_moved_comes_first() {
    let demands = [usual(), fixed(RAM.base + 0x8000), usual()];
    let devices = [vec![], vec![], vec![]];
    let solution = solve(&input(&demands, &devices)).expect("there is room");
    let begin = |index: usize| {
        let (base, order) = &solution.partitions[index];
        (*base, base + order.size_bytes)
    };
    let (base, order) = &solution.partitions[1];
    assert_eq!(base + order.image, RAM.base + 0x8000);
    let (first, third) = (begin(0), begin(2));
    let second = begin(1);
    assert!(first.1 <= second.0 || second.1 <= first.0);
    assert!(third.0 >= second.1 && third.0 >= first.1.min(second.0));
}

#[test]
fn what_cannot_be_moved_needs_free_memory() {
    let devices = [vec![], vec![]];
    let refused = |demands: &[Demand]| match solve(&input(demands, &devices[..demands.len()])) {
        Err(Unsolvable::Fixed {
            partition, other, ..
        }) => (partition, other),
        other => panic!("{other:?}"),
    };
    for at in [
        0x1000,
        RAM.base,
        RAM.base + 0x1000,
        RAM.end() - 0x5000,
        u64::MAX - 0xfff,
    ] {
        assert_eq!(refused(&[fixed(at)]), (0, None), "{at:#x}");
    }
    let two = [fixed(RAM.base + 0x8000), fixed(RAM.base + 0xc000)];
    assert_eq!(refused(&two), (1, Some(0)));
}

#[test]
fn a_memory_that_all_may_read_is_resident() {
    let everybody = |access| Shared {
        size_bytes: 0x1000,
        grants: (0..2).map(|n| (PartitionIndex::new(n), access)).collect(),
    };
    let demands = [usual(), usual()];
    let devices = [vec![], vec![]];
    let shared = [everybody(Access::Read)];
    let input = Input {
        shared: &shared,
        ..input(&demands, &devices)
    };
    let solution = solve(&input).expect("there is room");
    let range = solution.shared[0];
    assert!(range.base >= solution.partitions[1].0 + solution.partitions[1].1.size_bytes);
    let runs = solution.partitions.iter().map(|(base, order)| {
        let own = order.runs.iter().map(|(run, access)| {
            let base = base + run.base;
            Run::new(Range { base, ..*run }, *access, &[])
        });
        own.chain([Run::new(range, Access::Read, &[])]).collect()
    });
    for pmp in partitions(runs.collect(), 16) {
        assert_eq!((pmp.first_rewritten, pmp.count, pmp.free), (1, 4, 11));
        assert_eq!(pmp.config[0] & 0xff, 0x19, "a natural range to be read");
    }
}

#[test]
fn what_one_does_not_use_is_off_when_another_does() {
    let run = |base| {
        Run::new(
            Range {
                base,
                size_bytes: 0x1000,
            },
            Access::Read,
            &[],
        )
    };
    let many = (0..4).map(|n| run(0x8000_0000 + n * 0x2000)).collect();
    let found = partitions(vec![many, vec![run(0x9000_0000)]], 8);
    assert_eq!((found[0].count, found[1].count), (4, 4));
    assert_eq!(
        (found[0].config[0], found[1].config[0]),
        (0x1919_1919, 0x19)
    );
    assert_eq!(found[1].addresses[1..], [0; 15]);
    assert_eq!((found[0].free, found[1].free), (4, 7));
}

fn access() -> impl Strategy<Value = Access> {
    prop_oneof![
        Just(Access::Read),
        Just(Access::ReadWrite),
        Just(Access::ReadExecute)
    ]
}

fn any_demand() -> impl Strategy<Value = Demand> {
    let image = proptest::collection::vec((0u64..4, 1u64..0x5000, access()), 1..5);
    let sizes = || proptest::collection::vec(1u64..5000, 0..6);
    (1u64..5, image, sizes(), sizes()).prop_map(|(pages, image, writable, readable)| {
        let mut page = 0;
        let image = image.into_iter().map(|(gap, size_bytes, access)| {
            let placed = part(page + gap, size_bytes, access);
            page += gap + size_bytes.div_ceil(PAGE_BYTES);
            placed
        });
        let mut image: Vec<Part> = image.collect();
        // Offsets are from the first page.
        let first = image[0].offset_bytes;
        image.iter_mut().for_each(|part| part.offset_bytes -= first);
        Demand {
            stack_bytes: pages * PAGE_BYTES,
            image,
            fixed: None,
            writable,
            readable,
        }
    })
}

/// Everything that a partition has, at its offsets, with its rights.
fn pieces(demand: &Demand, order: &Arrangement) -> Vec<(Range, Access)> {
    let range = |base, size_bytes| Range { base, size_bytes };
    let stack = (range(0, demand.stack_bytes), Access::ReadWrite);
    let image = demand.image.iter().map(|part| {
        let base = order.image + part.offset_bytes;
        (range(base, part.size_bytes), part.access)
    });
    let rows = |offsets: &[u64], sizes: &[u64], access| -> Vec<(Range, Access)> {
        assert_eq!(offsets.len(), sizes.len());
        let rows = offsets.iter().zip(sizes);
        rows.map(|(at, size)| (range(*at, *size), access)).collect()
    };
    let mut all = vec![stack];
    all.extend(image);
    all.extend(rows(&order.writable, &demand.writable, Access::ReadWrite));
    all.extend(rows(&order.readable, &demand.readable, Access::Read));
    all.sort_by_key(|(range, _)| *range);
    all
}

proptest! {
    #[test]
    fn every_order_holds_everything_with_its_rights(
        demand in any_demand(),
        grain in prop::sample::select(vec![4u64, 64, 4096]),
    ) {
        let all = arrangement::arrangements(&demand, grain);
        prop_assert!(!all.is_empty());
        for order in all {
            let pieces = pieces(&demand, &order);
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].0.end() <= pair[1].0.base, "disjoint");
            }
            for pair in order.runs.windows(2) {
                prop_assert!(pair[0].0.end() <= pair[1].0.base, "disjoint");
            }
            for (range, _) in &order.runs {
                prop_assert_eq!((range.base % grain, range.size_bytes % grain), (0, 0));
                prop_assert!(range.end() <= order.size_bytes);
            }
            for (piece, access) in &pieces {
                let holds = |run: &&(Range, Access)| run.0.base <= piece.base && piece.end() <= run.0.end();
                let run = order.runs.iter().find(holds);
                prop_assert_eq!(run.map(|run| run.1), Some(*access));
            }
            // Nothing is granted a page or more beyond what is there, unless for alignment.
            let base = order.begin(0x8000_1234);
            prop_assert!(base >= 0x8000_1234 && (base + order.image) % PAGE_BYTES == 0);
            let grants: Vec<Grant> = order.runs.iter().map(|(run, access)| Grant {
                name: String::new(),
                range: Range { base: base + run.base, ..*run },
                access: *access,
            }).collect();
            prop_assert!(entries(&grants).len() <= order.entries);
        }
    }

    #[test]
    fn nobody_lies_on_anybody(demands in proptest::collection::vec(any_demand(), 1..9)) {
        let devices = vec![Vec::new(); demands.len()];
        let solution = solve(&Input { entries: 64, ..input(&demands, &devices) }).expect("movable");
        let mut ranges: Vec<Range> = solution.partitions.iter()
            .map(|(base, order)| Range { base: *base, size_bytes: order.size_bytes })
            .collect();
        ranges.sort_unstable();
        prop_assert!(ranges[0].base >= RAM.base);
        for pair in ranges.windows(2) {
            prop_assert!(pair[0].end() <= pair[1].base);
        }
        prop_assert_eq!(solution.end, ranges[ranges.len() - 1].end());
    }
}
