-- error S0203 system.dhall:12:48 schedules[0].windows[1].duration_ns: window 1 is 100ns long, but the first 1.2us of a window are its pad
--   here: 100, partitions = [ "ping" ] }
--   help: make the window longer, or make messages smaller so that the pad is shorter
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 999900, partitions = [ "ping", "pong" ] }
              , Septum.Window::{ duration_ns = 100, partitions = [ "ping" ] }
              ]
            }
          ]
        }
