//! Records encode little-endian at their stated offsets and come back.

use septum_abi::call::{Call, Status};
use septum_abi::pin::Pin;
use septum_abi::state::{FaultRing, PartitionState};
use septum_abi::tables::{Header, WindowTable};

#[test]
fn bytes_come_back_as_the_same_record() {
    let bytes: Vec<u8> = (0..Header::SIZE_BYTES)
        .map(|i| i.to_le_bytes()[0] ^ 0x5a)
        .collect();
    let header = Header::from_bytes(&bytes).unwrap();
    assert_eq!(header.to_bytes().as_slice(), bytes);
    let bytes: Vec<u8> = (0..FaultRing::SIZE_BYTES)
        .map(|i| i.to_le_bytes()[0])
        .collect();
    assert_eq!(
        FaultRing::from_bytes(&bytes).unwrap().to_bytes().as_slice(),
        bytes
    );
    assert_eq!(FaultRing::from_bytes(&bytes[1..]), None);
}

#[test]
fn fields_lie_where_they_say() {
    let window = WindowTable {
        duration_ticks: 0x0102_0304_0506_0708,
        enables: [5, 6, 7, 8],
        ..WindowTable::from_bytes(&[0; WindowTable::SIZE_BYTES]).unwrap()
    };
    let bytes = window.to_bytes();
    assert_eq!(bytes[8..16], [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(bytes[44..48], [8, 0, 0, 0]);
    let mut state = PartitionState::from_bytes(&[0; PartitionState::SIZE_BYTES]).unwrap();
    state.registers[1] = 0x22;
    assert_eq!(state.to_bytes()[16], 0x22);
    assert_eq!(Pin::SIZE_BYTES, 56);
}

#[test]
fn numbers_are_compared_at_full_width() {
    for number in 0..13 {
        assert_eq!(Call::from_number(number).unwrap().number(), number);
    }
    for number in [13, 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX] {
        assert_eq!(Call::from_number(number), None);
    }
    assert_eq!(Status::from_number(1), Some(Status::Full));
}
