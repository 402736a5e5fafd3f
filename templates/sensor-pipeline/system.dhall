let Septum = ./septum/package.dhall

let driver =
      Septum.Partition::{
      , name = "driver"
      , program = Septum.Program.Elf "programs/uart-driver.elf"
      , log_bytes = 0
      , devices = [ "uart" ]
      , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
      , permissions = Septum.Permissions::{ log = False, clock = True }
      }

let filter =
      Septum.Partition::{
      , name = "filter"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Receive { port = "raw", timeout_ns = None Natural }
            , Septum.Step.Compute { ns = Septum.us 5 }
            , Septum.Step.Send
                { port = "clean", message = Septum.Payload.Received }
            , Septum.Step.End
            ]
      , log_bytes = 0
      , permissions = Septum.Permissions::{ log = False }
      }

let logger =
      Septum.Partition::{
      , name = "logger"
      , program =
          Septum.Program.Model
            [ Septum.Step.Log { message = Septum.Payload.Text "ready" }
            , Septum.Step.Loop { times = None Natural }
            , Septum.Step.Receive { port = "in", timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Received }
            , Septum.Step.Signal { port = "beat" }
            , Septum.Step.End
            ]
      }

let background =
      Septum.Partition::{
      , name = "background"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Wait
                { ports = [ "beat" ], timeout_ns = Some (Septum.ms 20) }
            , Septum.Step.Compute { ns = Septum.us 40 }
            , Septum.Step.Log { message = Septum.Payload.Numbered "check " }
            , Septum.Step.End
            ]
      , permissions = Septum.Permissions::{ clock = True }
      }

in  Septum.System::{
    , name = "sensor-pipeline"
    , partitions = [ driver, filter, logger, background ]
    , channels =
      [ Septum.Channel::{
        , name = "bytes"
        , kind = Septum.queuing 8 16
        , from = Septum.end "driver" "bytes"
        , to = Septum.end "filter" "raw"
        }
      , Septum.Channel::{
        , name = "clean"
        , kind = Septum.queuing 8 16
        , from = Septum.end "filter" "clean"
        , to = Septum.end "logger" "in"
        }
      , Septum.Channel::{
        , name = "beat"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "logger" "beat"
        , to = Septum.end "background" "beat"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "driver" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "filter", "background" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 400
            , partitions = [ "logger", "background" ]
            }
          ]
        }
      ]
    }
