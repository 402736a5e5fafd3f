-- error S0012 system.dhall:6:32: `format` is an Integer, but must be a Natural
--   here: -1 }
--   help: compare with septum/System.dhall, or with what `septum new` writes
let Septum = ./septum/package.dhall

in  ./good.dhall // { format = -1 }
