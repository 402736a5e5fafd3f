-- error S0154 system.dhall:14:48 schedules[0].windows[0].duration_ns: the length of window 0, 500.05us, is not a whole number of ticks of 100ns
--   here: 500050, partitions = [ "ping" ] }
--   help: use 500000 or 500100
-- error S0154 system.dhall:15:48 schedules[0].windows[1].duration_ns: the length of window 1, 499.95us, is not a whole number of ticks of 100ns
--   here: 499950, partitions = [ "pong" ] }
--   help: use 499900 or 500000
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 500050, partitions = [ "ping" ] }
              , Septum.Window::{ duration_ns = 499950, partitions = [ "pong" ] }
              ]
            }
          ]
        }
