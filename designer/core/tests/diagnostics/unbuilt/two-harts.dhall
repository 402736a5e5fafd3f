-- error S0190 system.dhall:6:39 machine.harts: this version does not build systems of 2 harts
--   here: 2
--   help: use one hart: the kernel runs on one, and `septum emulate` on several
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.harts = 2
