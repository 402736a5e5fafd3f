-- warning S0181 system.dhall:9:22 partitions[0].name: nothing that `ping` does can be observed: no device, no interrupt, no log
--   here: "ping"
--   help: grant it a device or the right to log
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , log_bytes = 0
            , permissions = Septum.Permissions::{ log = False }
            }
          ]
        , channels = [] : List Septum.Channel.Type
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping" ] } ]
            }
          ]
        }
