-- error S0155 system.dhall:11:15 schedules[0].windows: the schedule `main` has no window
--   here: [] : List Septum.Window.Type
--   help: add one
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [] : List Septum.Window.Type
            }
          ]
        }
