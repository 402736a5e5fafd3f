-- Where a partition's code comes from: a static RISC-V ELF, its path relative to the
-- system's file, or steps that the prebuilt player plays.
< Elf : Text | Model : List ./Step.dhall >
