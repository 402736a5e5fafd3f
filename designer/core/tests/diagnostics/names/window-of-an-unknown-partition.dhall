-- error S0103 system.dhall:11:88 schedules[0].windows[0].partitions[2]: the system has no partition `pang`
--   here: "pang" ] }
--   help: the partitions are `ping`, `pong`
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong", "pang" ] }
              ]
            }
          ]
        }
