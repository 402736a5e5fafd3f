let Septum = ./septum/package.dhall

in  ./good.dhall // { schedules =
              (./good.dhall).schedules
            # [ Septum.Schedule::{
                , name = "safe"
                , major_frame_ns = 2000000
                , windows =
                  [ Septum.Window::{ duration_ns = 1000000, partitions = [] : List Text }
                  , Septum.Window::{ duration_ns = 0, partitions = [ "pang" ] }
                  ]
                }
              ]
        }
