let Septum = ./septum/package.dhall

let worker =
      Septum.Partition::{
      , name = "worker"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Compute { ns = Septum.us 30 }
            , Septum.Step.Send
                { port = "result", message = Septum.Payload.Numbered "result " }
            , Septum.Step.Sleep { ns = Septum.ms 1 }
            , Septum.Step.End
            ]
      , permissions = Septum.Permissions::{ clock = True }
      }

let reporter =
      Septum.Partition::{
      , name = "reporter"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Receive { port = "result", timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Received }
            , Septum.Step.Signal { port = "news" }
            , Septum.Step.End
            ]
      }

let culprit =
      Septum.Partition::{
      , name = "culprit"
      , program =
          Septum.Program.Model
            [ Septum.Step.Wait { ports = [ "news" ], timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Text "watch this" }
            , Septum.Step.Compute { ns = Septum.us 100 }
            , Septum.Step.Touch
                { address = 0x80000000, access = Septum.Touch.Write }
            , Septum.Step.Log { message = Septum.Payload.Text "unreachable" }
            ]
      }

in  Septum.System::{
    , name = "crash-course"
    , partitions = [ worker, reporter, culprit ]
    , channels =
      [ Septum.Channel::{
        , name = "result"
        , kind = Septum.queuing 4 32
        , from = Septum.end "worker" "result"
        , to = Septum.end "reporter" "result"
        }
      , Septum.Channel::{
        , name = "news"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "reporter" "news"
        , to = Septum.end "culprit" "news"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 400
            , partitions = [ "worker" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "reporter" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "culprit" ]
            }
          ]
        }
      ]
    }
