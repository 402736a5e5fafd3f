//! Baked models: each step says what it was, and jumps lead where blocks say.

use proptest::collection::vec;
use proptest::prelude::*;
use septum_abi::model::{
    FOREVER, MAGIC, ModelHeader, ModelStep, NO_TIMEOUT, Operation, Payload as Baked, Touch,
};

use super::fixture::{ping_pong, text_bytes};
use crate::plan::model::bake;
use crate::system::{PartitionIndex, Payload, PortIndex, Step, TouchAccess};

/// The steps of `pong` as they are baked, and the bytes that they are in.
fn baked(steps: &[Step]) -> (Vec<ModelStep>, Vec<u8>) {
    let model = bake(&ping_pong(), PartitionIndex::new(1), steps).unwrap();
    let bytes = model.bytes(&[]);
    let list = bytes[ModelHeader::SIZE_BYTES..].chunks_exact(ModelStep::SIZE_BYTES);
    let list = list.take(steps.len()).map(ModelStep::from_bytes);
    (list.collect::<Option<_>>().unwrap(), bytes)
}

fn text(bytes: &[u8], step: &ModelStep) -> Vec<u8> {
    let first = usize::try_from(step.text_offset).unwrap();
    bytes[first..][..usize::try_from(step.text_bytes).unwrap()].to_vec()
}

/// What a baked step says: operation, ports, payload, values.
type Said = (Operation, [u32; 2], u64, [u64; 2]);

fn said(step: &ModelStep) -> Said {
    let operation = Operation::from_number(u64::from(step.operation)).unwrap();
    let ports = [step.port, step.second_port];
    let payload = u64::from(step.payload);
    (operation, ports, payload, [step.value, step.other])
}

/// Each kind of step with what it must say.
fn kinds() -> Vec<(Step, Said)> {
    use Operation as Op;
    let port = PortIndex::new;
    let message = || Payload::Text(b"text".to_vec());
    let numbered = Payload::Numbered(b"n".to_vec());
    let compute = Step::ComputeBetween {
        least_ns: 100,
        most_ns: 301,
    };
    let exchange = Step::Exchange {
        send: port(1),
        message: numbered,
        receive: port(0),
        timeout_ticks: Some(9),
    };
    let receive = Step::Receive {
        port: port(1),
        timeout_ticks: None,
    };
    let wait = Step::Wait {
        mask: 3,
        timeout_ticks: Some(7),
    };
    let until = Step::SleepUntil {
        period_ticks: 10,
        offset_ticks: 3,
    };
    let touch = Step::Touch {
        address: 0x1234,
        access: TouchAccess::Execute,
    };
    let send = |port, message| Step::Send { port, message };
    let write = |port, message| Step::Write { port, message };
    let (execute, counted) = (Touch::Execute.number(), Baked::Numbered.number());
    vec![
        (Step::Compute { ns: 101 }, (Op::Compute, [0, 0], 0, [50, 0])),
        (compute, (Op::ComputeBetween, [0, 0], 0, [50, 150])),
        (send(port(1), message()), (Op::Send, [1, 0], 0, [0, 0])),
        (receive, (Op::Receive, [1, 0], 0, [NO_TIMEOUT, 0])),
        (exchange, (Op::Exchange, [1, 0], counted, [9, 0])),
        (write(port(1), message()), (Op::Write, [1, 0], 0, [0, 0])),
        (Step::Read { port: port(1) }, (Op::Read, [1, 0], 0, [0, 0])),
        (wait, (Op::Wait, [0, 0], 0, [3, 7])),
        (until, (Op::SleepUntil, [0, 0], 0, [10, 3])),
        (touch, (Op::Touch, [0, 0], execute, [0x1234, 0])),
    ]
    .into_iter()
    .chain(plain_kinds())
    .collect()
}

/// The kinds that have one number or none.
fn plain_kinds() -> Vec<(Step, Said)> {
    use Operation as Op;
    let port = PortIndex::new(1);
    let partition = PartitionIndex::new(1);
    let received = Baked::Received.number();
    let log = Payload::Received;
    vec![
        (Step::Signal { port }, (Op::Signal, [1, 0], 0, [0, 0])),
        (
            Step::Acknowledge { port },
            (Op::Acknowledge, [1, 0], 0, [0, 0]),
        ),
        (Step::Sleep { ticks: 5 }, (Op::Sleep, [0, 0], 0, [5, 0])),
        (
            Step::Log { message: log },
            (Op::Log, [0, 0], received, [0, 0]),
        ),
        (Step::Illegal, (Op::Illegal, [0, 0], 0, [0, 0])),
        (Step::Raise { code: 6 }, (Op::Raise, [0, 0], 0, [6, 0])),
        (
            Step::Restart { partition },
            (Op::Restart, [0, 0], 0, [1, 0]),
        ),
        (Step::Stop { partition }, (Op::Stop, [0, 0], 0, [1, 0])),
        (Step::SafeMode, (Op::SafeMode, [0, 0], 0, [0, 0])),
        (Step::Exit, (Op::Exit, [0, 0], 0, [0, 0])),
    ]
}

#[test]
fn every_step_says_what_it_was() {
    let (steps, expected): (Vec<Step>, Vec<Said>) = kinds().into_iter().unzip();
    let (list, bytes) = baked(&steps);
    for ((step, said_by_it), expected) in steps.iter().zip(&list).zip(expected) {
        assert_eq!(said(said_by_it), expected, "{step:?}");
    }
    let texts = [&b"text"[..], b"n", b"text", b""];
    let with_text = list.iter().filter(|step| step.text_offset != 0);
    let found: Vec<Vec<u8>> = with_text.map(|step| text(&bytes, step)).collect();
    assert_eq!(found, texts);
    let length = ModelHeader::SIZE_BYTES + list.len() * ModelStep::SIZE_BYTES;
    assert_eq!(
        bytes.len() - length,
        usize::try_from(text_bytes(&steps)).unwrap()
    );
    let in_blocks = [
        Operation::Loop,
        Operation::End,
        Operation::IfByte,
        Operation::Else,
    ];
    for operation in Operation::ALL {
        let is_told = list.iter().any(|step| said(step).0 == *operation);
        assert_ne!(is_told, in_blocks.contains(operation), "{operation:?}");
    }
}

#[test]
fn the_head_says_whose_it_is() {
    let mut system = ping_pong();
    system.seed = 0x1234_5678_9abc_def0;
    let model = bake(&system, PartitionIndex::new(1), &[Step::Exit]).unwrap();
    let bytes = model.bytes(&[]);
    let header = ModelHeader::from_bytes(&bytes).unwrap();
    assert_eq!((header.magic, header.step_count), (MAGIC, 1));
    assert_eq!((header.seed, header.partition), (system.seed, 1));
    assert_eq!(header.message_bytes[..3], [0, 64, 0]);
}

#[test]
fn jumps_lead_behind_loops_and_to_the_other_side_of_conditions() {
    let condition = |equals| Step::IfByte { offset: 2, equals };
    let steps = [
        Step::Loop { times: Some(3) },
        condition(65),
        Step::Loop { times: None },
        Step::Exit,
        Step::End,
        Step::Else,
        Step::Exit,
        Step::End,
        condition(66),
        Step::End,
        Step::End,
    ];
    let (list, _) = baked(&steps);
    let jumps: Vec<u64> = list.iter().map(|step| step.other).collect();
    assert_eq!(jumps, [11, 6, 5, 0, 2, 8, 0, 8, 10, 10, 0]);
    assert_eq!((list[0].value, list[2].value), (3, FOREVER));
    assert_eq!((list[1].value, list[1].payload), (2, 65));
}

/// A piece of a model whose course a sequence of coins decides.
#[derive(Debug, Clone)]
enum Piece {
    /// A step, with a number to tell it by.
    Leaf(u64),
    /// Repeated as long as the coin says.
    Loop(Vec<Piece>),
    /// The first or the second side, as the coin says.
    Condition(Vec<Piece>, Option<Vec<Piece>>),
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let leaf = (0..1000u64).prop_map(Piece::Leaf);
    let piece = leaf.prop_recursive(4, 30, 4, |inner| {
        let block = || vec(inner.clone(), 0..4);
        prop_oneof![
            block().prop_map(Piece::Loop),
            (block(), proptest::option::of(block()))
                .prop_map(|(then, other)| Piece::Condition(then, other)),
        ]
    });
    vec(piece, 0..5)
}

fn flatten(pieces: &[Piece], steps: &mut Vec<Step>) {
    for piece in pieces {
        match piece {
            Piece::Leaf(ticks) => steps.push(Step::Sleep { ticks: *ticks }),
            Piece::Loop(body) => {
                steps.push(Step::Loop { times: None });
                flatten(body, steps);
                steps.push(Step::End);
            }
            Piece::Condition(then, other) => {
                steps.push(Step::IfByte {
                    offset: 0,
                    equals: 0,
                });
                flatten(then, steps);
                if let Some(other) = other {
                    steps.push(Step::Else);
                    flatten(other, steps);
                }
                steps.push(Step::End);
            }
        }
    }
}

/// The leaves in the order in which they are played.
fn course(pieces: &[Piece], coins: &mut impl Iterator<Item = bool>, leaves: &mut Vec<u64>) {
    let toss = |coins: &mut _| Iterator::next(coins).unwrap_or(false);
    for piece in pieces {
        match piece {
            Piece::Leaf(ticks) => leaves.push(*ticks),
            Piece::Loop(body) => {
                while toss(coins) {
                    course(body, coins, leaves);
                }
            }
            Piece::Condition(then, other) => {
                if toss(coins) {
                    course(then, coins, leaves);
                } else if let Some(other) = other {
                    course(other, coins, leaves);
                }
            }
        }
    }
}

/// The same, by the jumps of the baked steps.
fn baked_course(list: &[ModelStep], mut coins: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut leaves = Vec::new();
    let mut at = 0;
    while let Some(step) = list.get(at) {
        let jumps = match said(step).0 {
            Operation::Loop | Operation::IfByte => !coins.next().unwrap_or(false),
            Operation::Else | Operation::End => true,
            _ => {
                leaves.push(step.value);
                false
            }
        };
        at = if jumps {
            usize::try_from(step.other).unwrap()
        } else {
            at + 1
        };
    }
    leaves
}

/// A step that begins or ends a block, and sometimes another one.
fn brackets() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Loop { times: None }),
        Just(Step::IfByte {
            offset: 0,
            equals: 0
        }),
        Just(Step::Else),
        Just(Step::End),
        Just(Step::Exit),
    ]
}

proptest! {
    #[test]
    fn baked_jumps_take_the_course_that_blocks_say(
        pieces in pieces(),
        coins in vec(any::<bool>(), 0..60),
    ) {
        let mut steps = Vec::new();
        flatten(&pieces, &mut steps);
        let mut leaves = Vec::new();
        course(&pieces, &mut coins.iter().copied(), &mut leaves);
        prop_assert_eq!(baked_course(&baked(&steps).0, coins.into_iter()), leaves);
    }

    #[test]
    fn jumps_of_blocks_that_do_not_close_stay_in_the_model(steps in vec(brackets(), 0..20)) {
        let (list, _) = baked(&steps);
        let last = u64::try_from(steps.len()).unwrap();
        prop_assert!(list.iter().all(|step| step.other <= last));
    }
}
