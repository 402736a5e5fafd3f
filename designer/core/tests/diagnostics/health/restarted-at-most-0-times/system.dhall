let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health::{
              , application_error = Septum.HealthAction.Restart
              , restart = { limit = Some 0, backoff_ns = 0 }
              }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
