-- error S0011 system.dhall:11:29: `stack_bytes` is a Text, but must be a Natural
--   here: "4 KiB"
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "driver.elf"
            , stack_bytes = "4 KiB"
            }
          ]
        }
