//! The codes of all diagnostics: stable, listed once.

use crate::diagnostic::Severity;

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Stable name, such as `S0101`.
    pub name: &'static str,
    /// How bad findings of this kind are.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($constant:ident = $severity:ident $title:literal,)*) => {
        $(
            #[doc = $title]
            pub const $constant: Code = Code {
                name: stringify!($constant),
                severity: Severity::$severity,
                title: $title,
            };
        )*

        /// Every kind of finding, in the order of the codes.
        pub const CODES: &[Code] = &[$($constant),*];
    };
}

codes! {
    S0001 = Error "the file cannot be read",
    S0002 = Error "the file is too large",
    S0003 = Error "the file is not text",
    S0004 = Error "the file is empty",
    S0005 = Error "the text is not Dhall",
    S0006 = Error "the text is nested too deeply",
    S0007 = Error "an import of this kind is not allowed",
    S0008 = Error "an import leaves the project folder",
    S0009 = Error "an imported file cannot be read",
    S0010 = Error "files import each other",
    S0011 = Error "the types do not fit",
    S0012 = Error "the text does not describe what it should",
    S0013 = Error "evaluating takes too long",
    S0014 = Error "evaluating takes too much memory",
    S0015 = Error "an imported file does not have its hash",
    S0016 = Error "the evaluator cannot handle the text",
    S0100 = Error "the format version is unknown",
    S0101 = Error "two objects have the same name",
    S0102 = Error "a name is not a name",
    S0103 = Error "there is no such partition",
    S0104 = Error "there is no such device",
    S0105 = Error "there is no such port",
    S0106 = Error "there is no such channel",
    S0107 = Error "two partitions manage the others",
    S0110 = Error "a port is used twice",
    S0111 = Error "a channel leads to its own sender",
    S0112 = Error "messages have no or too many bytes",
    S0113 = Error "a queue has no or too many slots",
    S0114 = Error "a partition has too many ports",
    S0115 = Error "values of a sampling channel are never valid",
    S0116 = Error "a memory has the name of a port",
    S0120 = Error "a system has no or too many partitions",
    S0121 = Error "a stack has no usable size",
    S0122 = Error "a log ring has no usable size",
    S0123 = Error "the right to log and the log ring do not agree",
    S0124 = Error "there is no such hart",
    S0125 = Error "a deadline has no length",
    S0126 = Warning "a deadline is longer than the major frame",
    S0127 = Error "a fault after which a partition cannot go on is ignored",
    S0128 = Error "there is no schedule for the safe mode",
    S0129 = Error "a partition is restarted at most 0 times",
    S0130 = Error "ranges of the machine overlap",
    S0131 = Error "a range of the machine has no usable size",
    S0132 = Error "a clock is not usable",
    S0133 = Error "the isolation hardware is not possible",
    S0134 = Error "the machine has no RAM, or no or too many harts",
    S0136 = Error "a shared memory has no usable size",
    S0137 = Error "a partition is granted a memory twice",
    S0138 = Warning "nobody may write a shared memory",
    S0139 = Warning "a shared memory is not shared",
    S0140 = Error "an interrupt is given twice",
    S0141 = Error "the machine has no such interrupt",
    S0142 = Warning "an interrupt comes from a device that its partition cannot touch",
    S0143 = Error "a device of the kernel is granted",
    S0144 = Error "a device is granted twice",
    S0145 = Warning "a granted device can reach all memory",
    S0146 = Warning "a partition without the right to the clock has one",
    S0148 = Error "the machine cannot be powered off",
    S0150 = Error "windows do not add up to the major frame",
    S0151 = Error "a window has no partitions or no length",
    S0152 = Error "a partition is in no window",
    S0153 = Error "a partition is in a window twice",
    S0154 = Error "a time is not a whole number of ticks",
    S0155 = Error "there is no schedule or no window",
    S0156 = Error "there are too many windows",
    S0157 = Error "there are more than two schedules",
    S0158 = Warning "nothing leads to the safe mode",
    S0159 = Warning "a partition of the safe mode is halted on the way there",
    S0160 = Error "blocks of a model are not balanced",
    S0161 = Error "a step uses a port of another kind",
    S0162 = Error "a step needs the clock",
    S0163 = Error "a step needs the right to log",
    S0164 = Warning "a text is too long and will be cut off",
    S0165 = Error "a step needs the right to manage others or to ask for safe mode",
    S0166 = Error "a number of a step is not possible",
    S0167 = Warning "a condition can never hold",
    S0170 = Error "a program cannot be read",
    S0171 = Error "a program cannot be placed",
    S0172 = Error "a program and the design disagree about a port",
    S0180 = Warning "a partition is connected with nothing",
    S0181 = Warning "nothing that partitions do can be observed",
    S0190 = Error "this version does not build it",
    S0201 = Error "the system does not fit into the first RAM range",
    S0202 = Error "more PMP entries needed than the machine has",
    S0203 = Error "a window is not longer than its pad",
    S0204 = Error "a program overlaps reserved addresses or a device",
    S0205 = Error "more partitions than address space identifiers",
    S0206 = Error "an interrupt source is too large for the kernel",
    S0208 = Error "two devices cannot be told apart by the isolation hardware",
    S0209 = Error "a model is too large",
    S0210 = Error "the machine lacks something that the kernel needs",
    S0211 = Error "a partition needs more PMP entries than the machine has",
    S0212 = Error "a program that cannot be moved is not linked for free memory",
    S0213 = Error "a program cannot learn where its memory is",
}
