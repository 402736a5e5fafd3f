-- Sizes copied from a data sheet of another kernel.
let Septum = ./septum/package.dhall

let spin =
      Septum.Program.Model
        (Septum.forever [ Septum.Step.Compute { ns = Septum.us 50 } ])

in  Septum.System::{
    , name = "motor"
    , partitions =
      [ Septum.Partition::{
        , name = "current-loop"
        , program = spin
        , stack_bytes = 1000
        , log_bytes = 3000
        }
      , Septum.Partition::{
        , name = "speed-loop"
        , program = spin
        , stack_bytes = 0
        , log_bytes = 0
        }
      , Septum.Partition::{
        , name = "position-loop"
        , hart = 3
        , program = spin
        , stack_bytes = Septum.MiB 128
        , permissions = Septum.Permissions::{ log = False }
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "setpoint"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "position-loop" "setpoint"
        , to = Septum.end "speed-loop" "setpoint"
        }
      , Septum.Channel::{
        , name = "torque"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "speed-loop" "torque"
        , to = Septum.end "current-loop" "torque"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 100
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 50
            , partitions = [ "current-loop" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 50
            , partitions = [ "speed-loop", "position-loop" ]
            }
          ]
        }
      ]
    }
