-- error S0011 system.dhall:10:17: the field `stack` is not known
--   here: 4096
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

let ping =
      Septum.Partition::{
      , name = "ping"
      , program = Septum.Program.Elf "driver.elf"
      , stack = 4096
      }

in  ./good.dhall // { partitions = [ ping ] }
