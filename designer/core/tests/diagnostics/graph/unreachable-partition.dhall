-- warning S0180 system.dhall:11:42 partitions[2].name: `lonely` is unreachable: it has no channel, interrupt, device or memory
--   here: "lonely", program = idle } ]
--   help: connect it, or remove it
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
            (./good.dhall).partitions
          # [ Septum.Partition::{ name = "lonely", program = idle } ]
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong", "lonely" ] } ]
            }
          ]
        }
