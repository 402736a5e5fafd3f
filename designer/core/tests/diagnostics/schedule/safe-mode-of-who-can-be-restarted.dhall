let Septum = ./septum/package.dhall

let faulting =
      Septum.Partition::{
      , name = "ping"
      , program = Septum.Program.Model [ Septum.Step.Exit ]
      , health = Septum.Health::{
        , application_error = Septum.HealthAction.SafeMode
        }
      }

let other =
      Septum.Partition::{
      , name = "pong"
      , program = Septum.Program.Model [ Septum.Step.Exit ]
      , permissions = Septum.Permissions::{ manage = True }
      }

in    ./good.dhall
    //  { partitions = [ faulting, other ]
        , schedules =
              (./good.dhall).schedules
            # [ Septum.Schedule::{
                , name = "safe"
                , major_frame_ns = 2000000
                , windows =
                  [ Septum.Window::{
                    , duration_ns = 2000000
                    , partitions = [ "pong", "ping" ]
                    }
                  ]
                }
              ]
        }
