-- error S0011 system.dhall:6:33: there is no field `raspberry-pi` here
--   here: Septum.raspberry-pi }
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  ./good.dhall // { machine = Septum.raspberry-pi }
