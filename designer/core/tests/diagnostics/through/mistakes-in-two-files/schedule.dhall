let Septum = ./septum/package.dhall

in  { schedules =
      [ Septum.Schedule::{
        , major_frame_ns = 1
        , windows =
          [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong" ] }
          ]
        }
      ]
    }
