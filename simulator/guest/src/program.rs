//! Programs of a few instructions, as the ELF files that designs name.

use object::elf;
use object::endian::Endianness;
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, Writer};
use septum_abi::address::PROGRAM_BASE;
use septum_abi::call::{Call, NEVER};
use septum_abi::pin::{
    DIRECTION_IN, DIRECTION_OUT, KIND_INTERRUPT, KIND_MEMORY, KIND_QUEUING, KIND_SAMPLING,
    KIND_SIGNAL, Pin, SECTION,
};
use septum_core::programs::Programs;
use septum_core::spec::{RawPartition, RawProgram};

use crate::asm::{ECALL, NOP, addi, bne, j, li};

/// First argument of a call, and its status.
pub const A0: u32 = 10;
/// Second argument of a call, and its value.
pub const A1: u32 = 11;
/// Third argument of a call.
pub const A2: u32 = 12;
/// Fourth argument of a call.
pub const A3: u32 = 13;
/// Number of a call.
pub const A7: u32 = 17;
/// A register that calls zero.
pub const T0: u32 = 5;
/// Register `t1`.
pub const T1: u32 = 6;
/// A register that calls keep.
pub const S0: u32 = 8;
/// A register that calls keep.
pub const S1: u32 = 9;
/// A register that calls keep.
pub const S2: u32 = 18;

/// The sending end of a queue.
#[must_use]
pub fn sends(name: &str, message_bytes: u32) -> Pin {
    Pin::declare(name, KIND_QUEUING, DIRECTION_OUT, message_bytes)
}

/// The receiving end of a queue.
#[must_use]
pub fn receives(name: &str, message_bytes: u32) -> Pin {
    Pin::declare(name, KIND_QUEUING, DIRECTION_IN, message_bytes)
}

/// The writing end of a sampling channel.
#[must_use]
pub fn writes(name: &str, message_bytes: u32) -> Pin {
    Pin::declare(name, KIND_SAMPLING, DIRECTION_OUT, message_bytes)
}

/// The reading end of a sampling channel.
#[must_use]
pub fn reads(name: &str, message_bytes: u32) -> Pin {
    Pin::declare(name, KIND_SAMPLING, DIRECTION_IN, message_bytes)
}

/// The end of a signal that is set.
#[must_use]
pub fn is_signalled(name: &str) -> Pin {
    Pin::declare(name, KIND_SIGNAL, DIRECTION_IN, 0)
}

/// The end of a signal that sets it.
#[must_use]
pub fn signals(name: &str) -> Pin {
    Pin::declare(name, KIND_SIGNAL, DIRECTION_OUT, 0)
}

/// A port for a device interrupt.
#[must_use]
pub fn is_interrupted(name: &str) -> Pin {
    Pin::declare(name, KIND_INTERRUPT, DIRECTION_IN, 0)
}

/// A shared memory of which so many bytes are needed, [`DIRECTION_IN`] to read or
/// [`DIRECTION_OUT`] to write.
#[must_use]
pub fn shares(name: &str, direction: u8, bytes: u32) -> Pin {
    Pin::declare(name, KIND_MEMORY, direction, bytes)
}

/// The instructions of a call with these arguments.
#[must_use]
pub fn call(number: u64, arguments: [u64; 2]) -> Vec<u32> {
    call_with(number, &arguments)
}

/// The instructions of a call with these arguments, at most seven.
#[must_use]
pub fn call_with(number: u64, arguments: &[u64]) -> Vec<u32> {
    let registers = (A0..A7).zip(arguments);
    let mut words: Vec<u32> = registers.flat_map(|(rd, value)| li(rd, *value)).collect();
    words.extend(li(A7, number));
    words.push(ECALL);
    words
}

/// The instructions of an `exchange`: [`EXCHANGE`] of them.
#[must_use]
pub fn exchange([out, length]: [u64; 2], [port, deadline]: [u64; 2]) -> Vec<u32> {
    let mut words = li(A2, port);
    words.extend(li(A3, deadline));
    words.extend(call(Call::Exchange.number(), [out, length]));
    words
}

/// How many instructions a call takes.
pub const CALL: u64 = 34;
/// How many an `exchange` takes.
pub const EXCHANGE: u64 = 56;

/// The instructions of somebody who waits for nothing.
#[must_use]
pub fn wait_forever() -> Vec<u32> {
    call(Call::Wait.number(), [0, NEVER])
}

/// The instructions of a loop of twice so many instructions, at least one.
#[must_use]
pub fn spin(iterations: u64) -> Vec<u32> {
    let mut words = li(T0, iterations.max(1));
    words.extend([addi(T0, T0, -1), bne(T0, 0, -4)]);
    words
}

/// So many instructions that do nothing.
#[must_use]
pub fn exactly(count: u64) -> Vec<u32> {
    // `spin` takes eleven and two for each iteration.
    let iterations = count.saturating_sub(11) / 2;
    let mut words = if iterations > 0 {
        spin(iterations)
    } else {
        Vec::new()
    };
    let executed = if iterations > 0 {
        11 + 2 * iterations
    } else {
        0
    };
    words.extend((executed..count).map(|_| NOP));
    words
}

/// The instructions of somebody who never waits.
#[must_use]
pub fn forever() -> Vec<u32> {
    vec![j(0)]
}

/// The instructions that end a program.
#[must_use]
pub fn exit() -> Vec<u32> {
    call(Call::Exit.number(), [0, 0])
}

/// The same again and again.
///
/// # Panics
/// For code that a jump does not cross: a mebibyte.
#[must_use]
pub fn repeated(mut code: Vec<u32>) -> Vec<u32> {
    let back = i32::try_from(4 * code.len()).expect("a short program");
    code.push(j(-back));
    code
}

/// Lets a partition run these instructions; they lie at [`PROGRAM_BASE`].
pub fn run(partition: &mut RawPartition, programs: &mut Programs, code: &[u32], pins: &[Pin]) {
    run_at(PROGRAM_BASE, partition, programs, code, pins);
}

/// Lets a partition run these instructions, which lie at this virtual address.
pub fn run_at(
    base: u64,
    partition: &mut RawPartition,
    programs: &mut Programs,
    code: &[u32],
    pins: &[Pin],
) {
    let path = format!("{}.elf", partition.name);
    partition.program = RawProgram::Elf(path.clone());
    programs.insert(path, Ok(file(base, code, pins)));
}

/// One executable segment: the code, then the declared ports.
fn file(base: u64, code: &[u32], pins: &[Pin]) -> Vec<u8> {
    let mut bytes: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let ports_at = bytes.len();
    bytes.extend(pins.iter().flat_map(Pin::to_bytes));
    let ports_end = bytes.len();
    // So that a section of no ports has a place in the segment, too.
    bytes.extend([0; 8]);
    let mut out = Vec::new();
    let mut writer = Writer::new(Endianness::Little, true, &mut out);
    writer.reserve_file_header();
    writer.reserve_program_headers(1);
    let offset = writer.reserve(bytes.len(), 4096);
    writer.reserve_null_section_index();
    let name = writer.add_section_name(SECTION.as_bytes());
    writer.reserve_section_index();
    writer.reserve_shstrtab_section_index();
    writer.reserve_shstrtab();
    writer.reserve_section_headers();
    write(&mut writer, base, &bytes, offset);
    writer.write_shstrtab();
    writer.write_null_section_header();
    writer.write_section_header(&SectionHeader {
        name: Some(name),
        sh_type: elf::SHT_PROGBITS,
        sh_flags: u64::from(elf::SHF_ALLOC),
        sh_addr: base + wide(ports_at),
        sh_offset: wide(offset + ports_at),
        sh_size: wide(ports_end - ports_at),
        sh_link: 0,
        sh_info: 0,
        sh_addralign: 8,
        sh_entsize: 0,
    });
    writer.write_shstrtab_section_header();
    out
}

/// The headers and the segment, which is at this offset of the file.
fn write(writer: &mut Writer<'_>, base: u64, bytes: &[u8], offset: usize) {
    let header = FileHeader {
        os_abi: elf::ELFOSABI_NONE,
        abi_version: 0,
        e_type: elf::ET_EXEC,
        e_machine: elf::EM_RISCV,
        e_entry: base,
        e_flags: elf::EF_RISCV_RVC,
    };
    writer.write_file_header(&header).expect("it fits");
    writer.write_align_program_headers();
    writer.write_program_header(&ProgramHeader {
        p_type: elf::PT_LOAD,
        p_flags: elf::PF_R | elf::PF_X,
        p_offset: wide(offset),
        p_vaddr: base,
        p_paddr: base,
        p_filesz: wide(bytes.len()),
        p_memsz: wide(bytes.len()),
        p_align: 4096,
    });
    writer.pad_until(offset);
    writer.write(bytes);
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).expect("64 bits")
}
