-- error S0011 system.dhall:6:32: this operator does not fit the types of its two sides
--   here: 1 + "1" }
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  ./good.dhall // { format = 1 + "1" }
