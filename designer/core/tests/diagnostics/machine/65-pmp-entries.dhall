-- error S0133 system.dhall:6:55 machine.isolation.pmp_entries: the machine has 65 PMP entries
--   here: 65
--   help: use 0 to 64
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.isolation.pmp_entries = 65
