let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health::{
              , memory_violation = Septum.HealthAction.Ignore
              , illegal_request = Septum.HealthAction.Ignore
              , hardware_fault = Septum.HealthAction.Ignore
              , stack_overflow = Septum.HealthAction.Ignore
              , application_error = Septum.HealthAction.Ignore
              }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
