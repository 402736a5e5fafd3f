-- The schedule is being rebalanced from a 10 ms to a 20 ms frame.
let Septum = ./septum/package.dhall

let partition =
      \(name : Text) ->
        Septum.Partition::{
        , name
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Compute { ns = Septum.us 200 }
                  , Septum.Step.Log { message = Septum.Payload.Numbered "turn " }
                  , Septum.Step.Sleep { ns = Septum.ms 10 }
                  ]
              )
        , permissions = Septum.Permissions::{ clock = True }
        }

in  Septum.System::{
    , name = "flight-control"
    , partitions =
      [ partition "navigation"
      , partition "attitude"
      , partition "actuators"
      , partition "telemetry" // { hart = 1 }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 20
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 4
            , partitions = [ "navigation" ]
            }
          , Septum.Window::{
            , duration_ns = 4000050
            , partitions = [ "attitude", "navigation", "attitude" ]
            }
          , Septum.Window::{ duration_ns = Septum.ms 2, partitions = [] : List Text }
          , Septum.Window::{ duration_ns = 0, partitions = [ "navigation" ] }
          , Septum.Window::{
            , hart = 1
            , duration_ns = Septum.ms 10
            , partitions = [ "telemetry" ]
            }
          ]
        }
      ]
    }
