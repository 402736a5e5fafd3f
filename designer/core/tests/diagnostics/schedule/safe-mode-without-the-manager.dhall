-- warning S0159 system.dhall:32:46 schedules[1].windows[0].partitions[1]: only a fault of `ping` leads to the schedule `safe`, and halts `ping`
--   here: "ping" ]
--   help: name others there, or let another partition with the right to manage restart it
let Septum = ./septum/package.dhall

let faulting =
      Septum.Partition::{
      , name = "ping"
      , program = Septum.Program.Model [ Septum.Step.Exit ]
      , permissions = Septum.Permissions::{ manage = True }
      , health = Septum.Health::{
        , application_error = Septum.HealthAction.SafeMode
        }
      }

let other =
      Septum.Partition::{
      , name = "pong"
      , program = Septum.Program.Model [ Septum.Step.Exit ]
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
