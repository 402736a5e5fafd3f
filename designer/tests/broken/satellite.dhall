-- Designed with everything that the spec can say.
let Septum = ./septum/package.dhall

let quiet =
      Septum.Program.Model
        (Septum.forever [ Septum.Step.Compute { ns = Septum.us 100 } ])

in  Septum.System::{
    , name = "satellite"
    , machine = Septum.qemu-virt // { harts = 2 }
    , partitions =
      [ Septum.Partition::{
        , name = "payload"
        , program = quiet
        , deadline_ns = Some (Septum.ms 20)
        , health = Septum.Health::{
          , application_error = Septum.HealthAction.Restart
          , restart = { limit = Some 3, backoff_ns = Septum.ms 10 }
          }
        }
      , Septum.Partition::{
        , name = "platform"
        , hart = 1
        , program = quiet
        , health = Septum.Health::{
          , hardware_fault = Septum.HealthAction.PowerOff
          }
        , permissions = Septum.Permissions::{ manage = True, safe_mode = True }
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "housekeeping"
        , kind =
            Septum.ChannelKind.Sampling
              { message_bytes = 64, validity_ns = Septum.ms 100 }
        , from = Septum.end "platform" "housekeeping"
        , to = Septum.end "payload" "housekeeping"
        }
      ]
    , memories =
      [ Septum.Memory::{
        , name = "frames"
        , size_bytes = Septum.MiB 1
        , grants =
          [ { partition = "payload", write = True }
          , { partition = "downlink", write = False }
          ]
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , name = "nominal"
        , major_frame_ns = Septum.ms 10
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 10
            , partitions = [ "payload" ]
            }
          , Septum.Window::{
            , hart = 1
            , duration_ns = Septum.ms 10
            , partitions = [ "platform" ]
            }
          ]
        }
      , Septum.Schedule::{
        , name = "safe"
        , major_frame_ns = Septum.ms 10
        , windows =
          [ Septum.Window::{
            , hart = 1
            , duration_ns = Septum.ms 5
            , partitions = [ "platform" ]
            }
          ]
        }
      ]
    , rules =
      [ Septum.Rule.NoFlow { from = "payload", to = "platform" }
      , Septum.Rule.AllFlowThrough
          { from = "platform", to = "downlink", via = "guard" }
      , Septum.Rule.MaxLatency { channel = "telecommand", ns = Septum.ms 2 }
      ]
    }
