-- error S0011 system.dhall:6:38: the field `program` is missing
--   here: Septum.Partition::{ name = "ping" } ] }
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  ./good.dhall // { partitions = [ Septum.Partition::{ name = "ping" } ] }
