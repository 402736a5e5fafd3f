-- error S0011 system.dhall:6:36: the elements of this list do not all have the same type
--   here: [ 1, "two" ] }
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  ./good.dhall // { partitions = [ 1, "two" ] }
