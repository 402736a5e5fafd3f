-- error S0153 system.dhall:12:88 schedules[0].windows[0].partitions[2]: `ping` is in window 0 twice
--   here: "ping" ] }
--   also: system.dhall:12:72 schedules[0].windows[0].partitions[0] "ping", "pong", "ping" ] }
--   help: remove one of them; the order is the priority
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong", "ping" ] }
              ]
            }
          ]
        }
