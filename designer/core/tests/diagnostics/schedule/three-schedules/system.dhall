let Septum = ./septum/package.dhall

in  ./good.dhall // { schedules =
              (./good.dhall).schedules
            # [ Septum.Schedule::{
                , name = "safe"
                , major_frame_ns = 2000000
                , windows =
                  [ Septum.Window::{ duration_ns = 2000000, partitions = [ "ping" ] } ]
                }
              , Septum.Schedule::{
                , name = "safer"
                , major_frame_ns = 1000000
                , windows =
                  [ Septum.Window::{ duration_ns = 1000000, partitions = [ "pong" ] } ]
                }
              ]
        }
