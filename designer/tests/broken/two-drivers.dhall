-- A second driver was added; who owns what is not settled.
let Septum = ./septum/package.dhall

let idle =
      \(port : Text) ->
        Septum.Program.Model
          ( Septum.forever
              [ Septum.Step.Wait { ports = [ port ], timeout_ns = None Natural }
              , Septum.Step.Acknowledge { port }
              ]
          )

in  Septum.System::{
    , name = "two-drivers"
    , partitions =
      [ Septum.Partition::{
        , name = "console"
        , program = idle "rx"
        , devices = [ "uart", "finisher" ]
        , interrupts = [ { port = "rx", device = "uart", source = 10 } ]
        }
      , Septum.Partition::{
        , name = "modem"
        , program = idle "rx"
        , devices = [ "uart1", "uart" ]
        , interrupts = [ { port = "rx", device = "uart", source = 10 } ]
        }
      , Septum.Partition::{
        , name = "disk"
        , program = idle "done"
        , devices = [ "virtio0" ]
        , interrupts = [ { port = "done", device = "virtio0", source = 9 } ]
        }
      , Septum.Partition::{
        , name = "clock"
        , program = idle "second"
        , interrupts =
          [ { port = "second", device = "rtc", source = 11 }
          , { port = "alarm", device = "rtc0", source = 0 }
          ]
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "console", "modem", "disk", "clock" ]
            }
          ]
        }
      ]
    }
