-- error S0190 system.dhall:13:60 partitions[0].health.memory_violation: this version does not build another action than halt for faults of `ping`
--   here: Septum.HealthAction.PowerOff }
--   help: use Halt
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health::{ memory_violation = Septum.HealthAction.PowerOff }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
