-- error S0150 system.dhall:9:32 schedules[0].major_frame_ns: the windows of `main` add up to 900us on hart 0, the major frame is 1ms
--   here: 1000000
--   help: set major_frame_ns to 900000, or change the windows
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 900000, partitions = [ "ping", "pong" ] }
              ]
            }
          ]
        }
