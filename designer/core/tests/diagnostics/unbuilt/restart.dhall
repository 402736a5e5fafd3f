-- error S0190 system.dhall:13:61 partitions[0].health.application_error: this version does not build another action than halt for faults of `ping`
--   here: Septum.HealthAction.Restart }
--   help: use Halt
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health::{ application_error = Septum.HealthAction.Restart }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
