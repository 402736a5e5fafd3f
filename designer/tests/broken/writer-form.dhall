let Septum = ./septum/package.dhall

let ping =
      Septum.Partition::{
      , name = "ping"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Send
                { port = "outt", message = Septum.Payload.Numbered "ping " }
            , Septum.Step.Receive { port = "in", timeout_ns = Some (Septum.ms 2) }
            ]
      , stack_bytes = 4095
      }

let pong =
      Septum.Partition::{
      , name = "ping"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Receive { port = "in", timeout_ns = None Natural }
            , Septum.Step.Signal { port = "out" }
            , Septum.Step.End
            ]
      , devices = [ "uart2" ]
      }

in  Septum.System::{
    , name = "writer-form"
    , partitions = [ ping, pong ]
    , channels =
      [ Septum.Channel::{
        , name = "there"
        , kind = Septum.queuing 0 32
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
            , duration_ns = Septum.us 501
            , partitions = [ "pong", "pang" ]
            }
          ]
        }
      ]
    }
