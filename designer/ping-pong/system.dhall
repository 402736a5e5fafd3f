let Septum = ./septum/package.dhall

let ping =
      Septum.Partition::{
      , name = "ping"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Compute { ns = Septum.us 50 }
            , Septum.Step.Send
                { port = "out", message = Septum.Payload.Numbered "ping " }
            , Septum.Step.Receive { port = "in", timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Received }
            , Septum.Step.End
            ]
      }

let pong =
      Septum.Partition::{
      , name = "pong"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Receive { port = "in", timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Received }
            , Septum.Step.Compute { ns = Septum.us 20 }
            , Septum.Step.Send
                { port = "out", message = Septum.Payload.Numbered "pong " }
            , Septum.Step.End
            ]
      }

in  Septum.System::{
    , name = "ping-pong"
    , partitions = [ ping, pong ]
    , channels =
      [ Septum.Channel::{
        , name = "there"
        , kind = Septum.queuing 4 32
        , from = Septum.end "ping" "out"
        , to = Septum.end "pong" "in"
        }
      , Septum.Channel::{
        , name = "back"
        , kind = Septum.queuing 4 32
        , from = Septum.end "pong" "out"
        , to = Septum.end "ping" "in"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 500
            , partitions = [ "ping" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 500
            , partitions = [ "pong" ]
            }
          ]
        }
      ]
    }
