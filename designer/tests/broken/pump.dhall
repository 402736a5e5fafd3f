-- A model written in a hurry.
let Septum = ./septum/package.dhall

in  Septum.System::{
    , name = "pump"
    , partitions =
      [ Septum.Partition::{
        , name = "pump"
        , program =
            Septum.Program.Model
              [ Septum.Step.Loop { times = None Natural }
              , Septum.Step.Receive
                  { port = "speed", timeout_ns = Some (Septum.ms 5) }
              , Septum.Step.Loop { times = Some 3 }
              , Septum.Step.Compute { ns = Septum.us 10 }
              , Septum.Step.End
              , Septum.Step.Sleep { ns = 1234 }
              ]
        , log_bytes = 0
        , permissions = Septum.Permissions::{ log = False }
        }
      , Septum.Partition::{
        , name = "panel"
        , program =
            Septum.Program.Model
              [ Septum.Step.Send
                  { port = "speed", message = Septum.Payload.Text "1500 rpm, slowly" }
              , Septum.Step.Send
                  { port = "alarm", message = Septum.Payload.Text "!" }
              , Septum.Step.Log { message = Septum.Payload.Text "sent" }
              , Septum.Step.End
              , Septum.Step.Receive
                  { port = "speed", timeout_ns = None Natural }
              ]
        , log_bytes = 0
        , permissions = Septum.Permissions::{ log = False }
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "speed"
        , kind = Septum.queuing 1 8
        , from = Septum.end "panel" "speed"
        , to = Septum.end "pump" "speed"
        }
      , Septum.Channel::{
        , name = "alarm"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "panel" "alarm"
        , to = Septum.end "pump" "alarm"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 2
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "pump" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "panel" ]
            }
          ]
        }
      ]
    }
