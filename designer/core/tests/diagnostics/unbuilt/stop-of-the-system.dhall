-- error S0190 system.dhall:13:24 partitions[0].health: this version does not build another action than halt for faults of `ping`
--   here: Septum.Health.StopSystem
--   help: use Halt
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health.StopSystem
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
