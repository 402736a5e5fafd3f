-- error S0140 system.dhall:23:72 partitions[1].interrupts[0].source: interrupt source 10 is given to `ping` and to `pong`
--   here: 10 } ]
--   also: system.dhall:18:72 partitions[0].interrupts[0].source 10 } ]
--   help: an interrupt arrives at one port of one partition
-- warning S0142 system.dhall:23:72 partitions[1].interrupts[0].source: `pong` takes the interrupt of `uart`, which it is not granted
--   here: 10 } ]
--   help: grant the device to the partition, or it cannot silence it
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = idle
            , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
            }
          ]
        }
