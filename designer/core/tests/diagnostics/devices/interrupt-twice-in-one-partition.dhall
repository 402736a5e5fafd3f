-- error S0140 system.dhall:18:61 partitions[0].interrupts[1].source: interrupt source 10 is given to `ping` twice
--   here: 10 }
--   also: system.dhall:17:59 partitions[0].interrupts[0].source 10 }
--   help: an interrupt arrives at one port of one partition
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            
            , interrupts =
              [ { port = "irq", device = "uart", source = 10 }
              , { port = "again", device = "uart", source = 10 }
              ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
