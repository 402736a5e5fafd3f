-- error S0100 system.dhall:6:32 format: the design is in format 2, this program reads format 1
--   here: 2 }
--   help: use the version of septum that wrote it
let Septum = ./septum/package.dhall

in  ./good.dhall // { format = 2 }
