-- warning S0142 system.dhall:13:72 partitions[0].interrupts[0].source: `ping` takes the interrupt of `uart`, which it is not granted
--   here: 10 } ]
--   help: grant the device to the partition, or it cannot silence it
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
