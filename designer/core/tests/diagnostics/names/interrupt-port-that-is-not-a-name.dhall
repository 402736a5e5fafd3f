-- error S0102 system.dhall:14:39 partitions[0].interrupts[0].port: `-` is not a name for a port
--   here: "-", device = "uart", source = 10 } ]
--   help: use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            , interrupts = [ { port = "-", device = "uart", source = 10 } ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
