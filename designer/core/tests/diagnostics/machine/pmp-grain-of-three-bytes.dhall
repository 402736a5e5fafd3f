-- error S0133 system.dhall:6:59 machine.isolation.pmp_grain_bytes: PMP ranges have a granularity of 3 bytes
--   here: 3
--   help: use a power of two, at least 4
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.isolation.pmp_grain_bytes = 3
