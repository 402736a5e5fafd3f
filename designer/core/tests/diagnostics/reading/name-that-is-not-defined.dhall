-- error S0011 system.dhall:6:38: `ping` is not defined here
--   here: ping ] }
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  ./good.dhall // { partitions = [ ping ] }
