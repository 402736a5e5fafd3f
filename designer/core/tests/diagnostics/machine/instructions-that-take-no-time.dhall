-- error S0132 system.dhall:6:52 machine.ns_per_instruction: an instruction takes 0ns
--   here: 0
--   help: use 1 to 1000000; QEMU with -icount shift=0 has 1
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.ns_per_instruction = 0
