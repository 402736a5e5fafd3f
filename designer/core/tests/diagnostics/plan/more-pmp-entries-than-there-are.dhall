-- error S0202 system.dhall:8:58 machine.isolation.pmp_entries: isolation needs 4 PMP entries, 3 can be used
--   here: 3)
--   help: grant fewer devices, or devices that lie side by side
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    (./good.dhall with machine.isolation.pmp_entries = 3)
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
