-- error S0133 system.dhall:6:53 machine.isolation.asid_bits: address space identifiers have 17 bits
--   here: 17
--   help: use 0 to 16
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.isolation.asid_bits = 17
