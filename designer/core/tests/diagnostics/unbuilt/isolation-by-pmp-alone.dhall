-- error S0190 system.dhall:6:47 machine.isolation.mmu: this version does not build isolation by PMP alone
--   here: Septum.Mmu.Bare
--   help: use Sv39
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.isolation.mmu = Septum.Mmu.Bare
