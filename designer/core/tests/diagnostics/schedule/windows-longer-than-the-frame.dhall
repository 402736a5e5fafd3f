-- error S0150 system.dhall:9:32 schedules[0].major_frame_ns: the windows of `main` add up to 1.2ms on hart 0, the major frame is 1ms
--   here: 1000000
--   help: set major_frame_ns to 1200000, or change the windows
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 600000, partitions = [ "ping" ] }
              , Septum.Window::{ duration_ns = 600000, partitions = [ "pong" ] }
              ]
            }
          ]
        }
