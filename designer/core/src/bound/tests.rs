//! Bounds of small programs, each of which can be counted by hand.

use super::*;

const BASE: u64 = 0x8000_0000;
const NOP: u32 = 0x13;
const RET: u32 = 0x8067;
const MRET: u32 = 0x3020_0073;
const WFI: u32 = 0x1050_0073;
const EBREAK: u32 = 0x0010_0073;

/// `beq x1, x2` to so many instructions from itself.
fn branch(by: i32) -> u32 {
    let o = (4 * by).cast_unsigned();
    (o >> 12 & 1) << 31
        | (o >> 5 & 0x3f) << 25
        | 2 << 20
        | 1 << 15
        | (o >> 1 & 0xf) << 8
        | (o >> 11 & 1) << 7
        | 0x63
}

/// `jal` to so many instructions from itself.
fn jal(link: u32, by: i32) -> u32 {
    let o = (4 * by).cast_unsigned();
    (o >> 20 & 1) << 31
        | (o >> 1 & 0x3ff) << 21
        | (o >> 11 & 1) << 20
        | (o >> 12 & 0xff) << 12
        | link << 7
        | 0x6f
}

fn call(by: i32) -> u32 {
    jal(1, by)
}

fn at(number: u64) -> u64 {
    BASE + 4 * number
}

/// The bound of these instructions from the first one, with loops by the number of their head.
fn bound(words: &[u32], loops: &[(u64, u64)]) -> Result<u64, Unbounded> {
    let loops = loops.iter().map(|(head, times)| (at(*head), often(*times)));
    let facts = Facts {
        loops: loops.collect(),
        ..Facts::default()
    };
    bound_with(words, &facts)
}

fn often(times: u64) -> Rounds {
    Rounds {
        times,
        ..Rounds::default()
    }
}

fn bound_with(words: &[u32], facts: &Facts) -> Result<u64, Unbounded> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let code = Code {
        base: BASE,
        bytes: &bytes,
    };
    longest_path(code, &[BASE], facts)
}

#[test]
fn the_longer_branch_counts() {
    assert_eq!(bound(&[NOP, MRET], &[]), Ok(2));
    assert_eq!(bound(&[branch(3), NOP, NOP, MRET], &[]), Ok(4));
    assert_eq!(bound(&[branch(3), NOP, MRET, NOP, NOP, MRET], &[]), Ok(4));
}

#[test]
fn what_ends_otherwise_is_no_path() {
    assert_eq!(bound(&[branch(2), MRET, NOP, NOP, EBREAK], &[]), Ok(2));
    assert_eq!(bound(&[NOP, EBREAK], &[]), Err(Unbounded::Endless));
}

#[test]
fn a_loop_costs_all_its_rounds() {
    // Its head and the branch back, five times.
    let words = [NOP, NOP, branch(-1), MRET];
    assert_eq!(bound(&words, &[(1, 5)]), Ok(1 + 10 + 1));
    assert_eq!(bound(&words, &[]), Err(Unbounded::Loop(BASE + 4)));
    // It is left at its head.
    let words = [branch(4), NOP, NOP, jal(0, -3), MRET];
    assert_eq!(bound(&words, &[(0, 5)]), Ok(4 * 4 + 1 + 1));
}

#[test]
fn loops_in_loops_multiply() {
    let words = [NOP, NOP, branch(-1), branch(-3), MRET];
    // Each round: the head, three times two, the branch.
    assert_eq!(bound(&words, &[(0, 4), (1, 3)]), Ok(4 * (1 + 6 + 1) + 1));
    assert_eq!(bound(&words, &[(0, 4)]), Err(Unbounded::Loop(BASE + 4)));
}

#[test]
fn a_loop_with_two_ways_in_has_one_head() {
    // To the head, or behind it, which is a part of a round more.
    let words = [branch(2), NOP, NOP, branch(-2), MRET];
    assert_eq!(bound(&words, &[(1, 3)]), Ok(1 + 2 + 3 * 3 + 1));
    // The same loop with its other node for a head.
    assert_eq!(bound(&words, &[(2, 3)]), Ok(1 + 1 + 2 * 3 + 2 + 1));
}

#[test]
fn calls_cost_what_their_functions_cost() {
    // Both lead to the one function: three instructions on, two on.
    let words = [call(3), call(2), MRET, NOP, RET];
    assert_eq!(bound(&words, &[]), Ok(2 * (1 + 2) + 1));
    // One that calls itself.
    let words = [call(2), MRET, NOP, call(-1), RET];
    assert_eq!(bound(&words, &[]), Err(Unbounded::Recursion(BASE + 8)));
}

#[test]
fn behind_a_call_that_never_returns_there_is_nothing() {
    // What comes behind it is another function, which would be longer.
    let words = [branch(4), call(6), NOP, NOP, NOP, NOP, MRET, NOP, EBREAK];
    assert_eq!(bound(&words, &[]), Ok(4));
}

#[test]
fn a_wait_ends_a_path_and_begins_one() {
    assert_eq!(bound(&[NOP, NOP, NOP, WFI, NOP, MRET], &[]), Ok(4));
    assert_eq!(bound(&[NOP, WFI, NOP, NOP, MRET], &[]), Ok(3));
    // A loop around it ends with each of its rounds.
    assert_eq!(bound(&[WFI, NOP, NOP, branch(-3), MRET], &[]), Ok(4));
}

#[test]
fn a_wait_that_leads_nowhere_is_no_end() {
    // The last words: a loop that nobody knows, and a wait for ever.
    let words = [branch(2), MRET, NOP, branch(-1), WFI, jal(0, -1)];
    assert_eq!(bound(&words, &[]), Ok(2));
    let words = [branch(3), call(2), MRET, NOP, branch(-1), WFI, jal(0, -1)];
    assert_eq!(bound(&words, &[]), Err(Unbounded::Endless));
}

#[test]
fn a_wait_in_a_function_goes_on_in_the_caller() {
    // Up to the wait: call, three. From there: two and the return, then three more.
    let words = [call(4), NOP, NOP, MRET, NOP, NOP, WFI, NOP, NOP, RET];
    assert_eq!(bound(&words, &[]), Ok(2 + 1 + 3));
    let words = [NOP, NOP, NOP, call(2), MRET, NOP, NOP, WFI, RET];
    assert_eq!(bound(&words, &[]), Ok(3 + 1 + 3));
}

#[test]
fn what_cannot_be_read_has_no_bound() {
    assert_eq!(bound(&[NOP], &[]), Err(Unbounded::Outside(BASE + 4)));
    let jump_to_t0 = 5 << 15 | 0x67;
    assert_eq!(bound(&[jump_to_t0], &[]), Err(Unbounded::Register(BASE)));
}

#[test]
fn a_call_through_a_register_goes_where_it_may() {
    let call_t0 = 5 << 15 | 1 << 7 | 0x67;
    let words = [call_t0, MRET, NOP, RET, NOP, NOP, RET];
    assert_eq!(bound(&words, &[]), Err(Unbounded::Register(BASE)));
    let facts = |targets: &[u64]| Facts {
        targets: BTreeMap::from([(BASE, targets.iter().map(|it| at(*it)).collect())]),
        ..Facts::default()
    };
    assert_eq!(bound_with(&words, &facts(&[2])), Ok(1 + 2 + 1));
    assert_eq!(bound_with(&words, &facts(&[2, 4])), Ok(1 + 3 + 1));
    assert_eq!(bound_with(&words, &facts(&[])), Err(Unbounded::Endless));
}

#[test]
fn a_loop_that_is_passed_by_costs_nothing() {
    let words = [branch(4), NOP, NOP, branch(-1), MRET];
    assert_eq!(bound(&words, &[(2, 0)]), Ok(2));
    assert_eq!(bound(&words, &[(2, 1)]), Ok(5));
}

#[test]
fn few_rounds_are_rare_ones() {
    // A round is two instructions, or six with what is rare.
    let words = [branch(5), NOP, NOP, NOP, NOP, branch(-5), MRET];
    let rounds = |rare_times| Rounds {
        times: 5,
        rare: BTreeSet::from([at(2)]),
        rare_times,
    };
    let facts = |rare_times| Facts {
        loops: BTreeMap::from([(BASE, rounds(rare_times))]),
        ..Facts::default()
    };
    assert_eq!(bound_with(&words, &facts(0)), Ok(5 * 2 + 1));
    assert_eq!(bound_with(&words, &facts(2)), Ok(2 * 6 + 3 * 2 + 1));
    assert_eq!(bound_with(&words, &facts(9)), Ok(5 * 6 + 1));
}

#[test]
fn a_call_can_have_loops_of_its_own() {
    let words = [call(3), call(2), MRET, NOP, branch(-1), RET];
    let mut facts = Facts {
        loops: BTreeMap::from([(at(3), often(5))]),
        ..Facts::default()
    };
    assert_eq!(bound_with(&words, &facts), Ok(2 * (1 + 10 + 1) + 1));
    let own = BTreeMap::from([(at(3), often(2))]);
    facts.loops_of_calls = BTreeMap::from([(at(1), own)]);
    assert_eq!(bound_with(&words, &facts), Ok(12 + (1 + 4 + 1) + 1));
}

#[test]
fn no_path_executes_what_excludes_itself() {
    let words = [branch(2), call(4), branch(2), call(5), MRET];
    let words = [&words[..], &[NOP, NOP, RET, NOP, NOP, NOP, RET]].concat();
    let mut facts = Facts::default();
    let all = 1 + (1 + 3) + 1 + (1 + 4) + 1;
    assert_eq!(bound_with(&words, &facts), Ok(all));
    let both = [BTreeSet::from([at(1)]), BTreeSet::from([at(3)])];
    facts.exclusive.push(both);
    assert_eq!(bound_with(&words, &facts), Ok(all - (1 + 3)));
}

#[test]
fn a_path_ends_where_the_code_looks() {
    let words = [NOP, NOP, NOP, NOP, MRET];
    let looks = |look| Facts {
        looks: BTreeSet::from([at(look)]),
        ..Facts::default()
    };
    assert_eq!(bound_with(&words, &looks(1)), Ok(4));
    assert_eq!(bound_with(&words, &looks(4)), Ok(4));
    // A loop around it is none: each round is a path.
    let words = [NOP, NOP, branch(-1), MRET];
    assert_eq!(bound_with(&words, &looks(1)), Ok(3));
}

#[test]
fn a_path_within_a_callee_does_not_begin_with_its_caller() {
    // Behind the first wait: three, of which the second wait is the last.
    let words = [NOP, NOP, NOP, call(2), MRET, WFI, NOP, NOP, WFI, RET];
    assert_eq!(bound(&words, &[]), Ok(5));
    let words = [&words[..7], &[NOP, NOP, NOP, NOP, NOP, WFI, RET]].concat();
    assert_eq!(bound(&words, &[]), Ok(7));
}

#[test]
fn rounds_that_nothing_but_rare_ones_can_be_have_no_bound() {
    // Whoever goes round or leaves executes the branch.
    let words = [NOP, branch(-1), MRET];
    let facts = |times| Facts {
        loops: BTreeMap::from([(
            BASE,
            Rounds {
                times,
                rare: BTreeSet::from([at(1)]),
                rare_times: 2,
            },
        )]),
        ..Facts::default()
    };
    assert_eq!(bound_with(&words, &facts(3)), Ok(2 * 2 + 1));
    assert_eq!(bound_with(&words, &facts(4)), Err(Unbounded::Loop(BASE)));
}
