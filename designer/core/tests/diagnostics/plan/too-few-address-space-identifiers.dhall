-- error S0205 system.dhall:6:53 machine.isolation.asid_bits: with asid_bits = 1 there are address space identifiers for 1 of the 2 partitions
--   here: 1
--   help: use fewer partitions, or set asid_bits to 0: then translations are flushed at each switch
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.isolation.asid_bits = 1
