-- error S0151 system.dhall:12:69 schedules[0].windows[1].partitions: window 1 has no partitions
--   here: [] : List Text }
--   help: put a partition into it, or remove it
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 500000, partitions = [ "ping", "pong" ] }
              , Septum.Window::{ duration_ns = 500000, partitions = [] : List Text }
              ]
            }
          ]
        }
