-- error S0152 good.dhall:16:16 partitions[1].name: `pong` is in no window of hart 0, so it never runs
--   here: "pong"
--   help: add it to a window of hart 0
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping" ] }
              ]
            }
          ]
        }
