-- error S0154 system.dhall:12:48 schedules[0].windows[1].duration_ns: the length of window 1, 50ns, is not a whole number of ticks of 100ns
--   here: 50, partitions = [ "ping" ] }
--   help: use 100
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000050
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong" ] }
              , Septum.Window::{ duration_ns = 50, partitions = [ "ping" ] }
              ]
            }
          ]
        }
