-- error S0150 system.dhall:9:32 schedules[0].major_frame_ns: the windows of `main` add up to 1ms on hart 0, the major frame is 2ms
--   here: Septum.ms 2
--   help: set major_frame_ns to 1000000, or change the windows
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = Septum.ms 2
            , windows =
              [ Septum.Window::{ duration_ns = Septum.ms 1, partitions = [ "ping", "pong" ] }
              ]
            }
          ]
        }
