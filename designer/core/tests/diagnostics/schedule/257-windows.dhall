-- error S0156 system.dhall:15:17 schedules[0].windows: the schedule `main` has 257 windows
--   here: Natural/fold
--   help: use at most 256
let Septum = ./septum/package.dhall

let Windows = List Septum.Window.Type

let window = Septum.Window::{ duration_ns = 100000, partitions = [ "ping", "pong" ] }

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 25700000
            , windows =
                Natural/fold
                  257
                  Windows
                  (\(more : Windows) -> more # [ window ])
                  ([] : Windows)
            }
          ]
        }
