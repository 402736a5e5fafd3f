//! The disassembler against binutils: every 16-bit word, and a million 32-bit words.

use std::process::Command;

use septum_isa::{TABLE, disassemble, is_compressed};

const OBJDUMP: &str = "riscv64-unknown-elf-objdump";

/// Instructions of extensions that are not here; binutils knows them without being asked.
const FOREIGN: &[&str] = &[
    "f",
    "c.f",
    "wrs.",
    "pause",
    "prefetch",
    "cbo.",
    "zext",
    "sext",
    "vset",
    "v",
    "hfence",
    "hlv",
    "hsv",
    "hinval",
    "sinval",
    "mnret",
    "uret",
    "hret",
    "dret",
    "th.",
    "czero",
    "ntl.",
    "sfence.w",
    "sfence.inval",
    "add.uw",
    "sh1add",
    "sh2add",
    "sh3add",
    "slli.uw",
    "andn",
    "orn",
    "xnor",
    "clz",
    "ctz",
    "cpop",
    "max",
    "min",
    "rol",
    "ror",
    "rev8",
    "orc.b",
    "clmul",
    "bclr",
    "bext",
    "binv",
    "bset",
    "pack",
    "brev8",
    "zip",
    "unzip",
    "xperm",
    "aes",
    "sha",
    "sm3",
    "sm4",
    "lpad",
];

/// Text of each word, as binutils has it; a word that it does not know is none.
fn listing(name: &str, words: &[u32]) -> Vec<Option<String>> {
    let process = std::process::id();
    let directory = std::env::temp_dir().join(format!("septum-{name}-{process}"));
    std::fs::create_dir_all(&directory).expect("a folder for the words");
    let file = directory.join("words.bin");
    let bytes: Vec<u8> = words.iter().flat_map(|word| padded(*word)).collect();
    std::fs::write(&file, bytes).expect("the words are written");
    let output = Command::new(OBJDUMP)
        .args(["-b", "binary", "-m", "riscv:rv64", "-D", "-z"])
        .args(["-M", "no-aliases"])
        .arg(&file)
        .output()
        .expect("binutils are installed");
    std::fs::remove_dir_all(&directory).expect("it is ours");
    assert!(output.status.success());
    let mut texts = vec![None; words.len()];
    for line in String::from_utf8(output.stdout)
        .expect("it is text")
        .lines()
    {
        if let Some((address, text)) = parsed(line)
            && address % 4 == 0
        {
            texts[address / 4] = text;
        }
    }
    texts
}

/// A 16-bit word is followed by `c.nop`, so that each word begins at a multiple of four.
fn padded(word: u32) -> [u8; 4] {
    let word = if is_compressed(word) {
        word & 0xffff | 1 << 16
    } else {
        word
    };
    word.to_le_bytes()
}

/// Address and text of a line `   0:\t00a5\tmnemonic\toperands # comment`.
fn parsed(line: &str) -> Option<(usize, Option<String>)> {
    let mut fields = line.split('\t');
    let address = fields.next()?.trim().strip_suffix(':')?;
    let address = usize::from_str_radix(address, 16).ok()?;
    fields.next()?;
    let text = fields.collect::<Vec<_>>().join(" ");
    let text = text
        .split(" #")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let known = !(text.starts_with('.') || text.is_empty() || text == "unimp" || text == "c.unimp");
    Some((address, known.then_some(text)))
}

fn is_foreign(text: &str) -> bool {
    !text.starts_with("fence ")
        && text != "fence.i"
        && text != "fence.tso"
        && FOREIGN.iter().any(|prefix| text.starts_with(prefix))
}

/// A text of theirs as we write it.
fn agreed(text: &str) -> Option<String> {
    // Shifts by 0, reserved on RV128 only, have names of their own there.
    for shift in ["c.slli", "c.srli", "c.srai"] {
        if let Some(register) = text.strip_prefix(&format!("{shift}64 ")) {
            return Some(format!("{shift} {register},0x0"));
        }
    }
    // Reserved with an immediate of 0 (unprivileged ISA 16.5).
    (text != "c.addi16sp sp,0").then(|| text.to_owned())
}

/// A fence with a reserved field that is not zero: hardware ignores it (unprivileged ISA 2.7 and
/// 3.1), binutils do not know it.
fn is_fence_of_the_future(word: u32) -> bool {
    match word & 0x707f {
        0x000f => word & 0xf00f_8f80 != 0,
        0x100f => word & 0xffff_8f80 != 0,
        _ => false,
    }
}

/// A CSR instruction without the CSR, where our text has no name for it: binutils have names for
/// registers of extensions too.
fn without_register(text: &Option<String>, ours: &Option<String>) -> Option<String> {
    let unnamed = ours
        .as_ref()
        .is_some_and(|ours| ours.starts_with("csr") && ours.contains(",0x"));
    let text = text.as_ref()?;
    match text.split(',').collect::<Vec<_>>()[..] {
        [to, _, from] if unnamed => Some(format!("{to},{from}")),
        _ => Some(text.clone()),
    }
}

/// Compares and prints what differs.
fn compare(name: &str, words: &[u32]) {
    let mut wrong = Vec::new();
    for ((word, address), theirs) in words.iter().zip((0..).step_by(4)).zip(listing(name, words)) {
        let ours = disassemble(address, *word);
        let theirs = theirs
            .filter(|text| !is_foreign(text))
            .and_then(|text| agreed(&text));
        if theirs.is_none() && is_fence_of_the_future(*word) {
            assert!(ours.is_some_and(|text| text.starts_with("fence")));
            continue;
        }
        if without_register(&ours, &ours) != without_register(&theirs, &ours) {
            wrong.push(format!("{word:#010x}: ours {ours:?}, binutils {theirs:?}"));
        }
    }
    let shown = wrong
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(wrong.is_empty(), "{} differ:\n{shown}", wrong.len());
}

#[test]
#[ignore = "needs riscv64-unknown-elf-objdump"]
fn every_16_bit_word_reads_as_binutils_read_it() {
    let words: Vec<u32> = (0..0x1_0000).filter(|word| is_compressed(*word)).collect();
    assert_eq!(words.len(), 3 << 14);
    compare("short", &words);
}

/// Xorshift (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn word(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 32).expect("32 bits")
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-objdump"]
fn a_million_32_bit_words_read_as_binutils_read_them() {
    let mut random = Random(0x5eed);
    let rows: Vec<_> = TABLE
        .iter()
        .filter(|row| !is_compressed(row.bits))
        .collect();
    // All ones in the low five bits begin a longer instruction.
    let anything = (0..500_000)
        .map(|_| random.word() | 3)
        .filter(|word| word & 0x1f != 0x1f);
    let anything: Vec<u32> = anything.collect();
    let of_rows = (0..500_000).map(|position| {
        let row = rows[position % rows.len()];
        row.bits | random.word() & !row.mask
    });
    let words: Vec<u32> = anything.into_iter().chain(of_rows).collect();
    compare("long", &words);
}
