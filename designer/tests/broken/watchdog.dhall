-- Signals used as messages, and messages as signals.
let Septum = ./septum/package.dhall

in  Septum.System::{
    , name = "watchdog"
    , partitions =
      [ Septum.Partition::{
        , name = "worker"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Send
                      { port = "alive", message = Septum.Payload.Text "alive" }
                  , Septum.Step.Signal { port = "report" }
                  , Septum.Step.Wait
                      { ports = [ "report", "tick" ], timeout_ns = Some 250 }
                  , Septum.Step.Acknowledge { port = "tick" }
                  ]
              )
        , devices = [ "rtc" ]
        , interrupts = [ { port = "alive", device = "rtc", source = 11 } ]
        }
      , Septum.Partition::{
        , name = "watchdog"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Receive
                      { port = "alive", timeout_ns = Some (Septum.ms 20) }
                  , Septum.Step.Log
                      { message = Septum.Payload.Numbered "alive " }
                  ]
              )
        , log_bytes = 256
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "alive"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "worker" "alive"
        , to = Septum.end "watchdog" "alive"
        }
      , Septum.Channel::{
        , name = "report"
        , kind = Septum.queuing 2 64
        , from = Septum.end "worker" "report"
        , to = Septum.end "watchdog" "report"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 2
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "worker" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "watchdog" ]
            }
          ]
        }
      ]
    }
