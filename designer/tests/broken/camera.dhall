-- Whole pictures were meant to travel as messages.
let Septum = ./septum/package.dhall

let picture = 640 * 480

in  Septum.System::{
    , name = "camera"
    , partitions =
      [ Septum.Partition::{
        , name = "sensor"
        , program =
            Septum.Program.Model
              [ Septum.Step.Loop { times = None Natural }
              , Septum.Step.Send
                  { port = "picture"
                  , message = Septum.Payload.Numbered "picture "
                  }
              , Septum.Step.Send
                  { port = "exposure"
                  , message = Septum.Payload.Text "exposure 1/250 s at f/8"
                  }
              , Septum.Step.End
              ]
        }
      , Septum.Partition::{
        , name = "encoder"
        , program =
            Septum.Program.Model
              [ Septum.Step.Loop { times = None Natural }
              , Septum.Step.Receive
                  { port = "picture", timeout_ns = None Natural }
              , Septum.Step.Send
                  { port = "stream", message = Septum.Payload.Received }
              , Septum.Step.End
              ]
        }
      , Septum.Partition::{
        , name = "uplink"
        , program =
            Septum.Program.Model
              [ Septum.Step.Loop { times = None Natural }
              , Septum.Step.Receive
                  { port = "stream", timeout_ns = None Natural }
              , Septum.Step.Log { message = Septum.Payload.Received }
              , Septum.Step.End
              ]
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "picture"
        , kind = Septum.ChannelKind.Queuing { message_bytes = picture, depth = 2 }
        , from = Septum.end "sensor" "picture"
        , to = Septum.end "encoder" "picture"
        }
      , Septum.Channel::{
        , name = "exposure"
        , kind = Septum.ChannelKind.Queuing { message_bytes = 8, depth = 0 }
        , from = Septum.end "sensor" "exposure"
        , to = Septum.end "encoder" "exposure"
        }
      , Septum.Channel::{
        , name = "stream"
        , kind = Septum.ChannelKind.Queuing { message_bytes = 0, depth = 1000 }
        , from = Septum.end "encoder" "stream"
        , to = Septum.end "uplink" "stream"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 40
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 10
            , partitions = [ "sensor" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.ms 20
            , partitions = [ "encoder" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.ms 5
            , partitions = [ "uplink" ]
            }
          ]
        }
      ]
    }
