-- error S0150 system.dhall:9:32 schedules[0].major_frame_ns: the windows of `main` add up to 36893488147.4191032s on hart 0, the major frame is 18446744073.7095516s
--   here: 18446744073709551600
--   help: make the windows shorter
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 18446744073709551600
            , windows =
              [ Septum.Window::{ duration_ns = 18446744073709551600, partitions = [ "ping" ] }
              , Septum.Window::{ duration_ns = 18446744073709551600, partitions = [ "pong" ] }
              ]
            }
          ]
        }
