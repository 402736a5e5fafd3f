-- error S0141 system.dhall:14:72 partitions[0].interrupts[0].source: `uart` does not raise interrupt source 7
--   here: 7 } ]
--   help: the only source of `uart` is 10
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            , interrupts = [ { port = "irq", device = "uart", source = 7 } ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
