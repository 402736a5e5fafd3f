let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let right = Septum.Permissions::{ safe_mode = True }

let window =
      \(partitions : List Text) ->
        [ Septum.Window::{ duration_ns = Septum.ms 1, partitions } ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle, permissions = right }
          , Septum.Partition::{ name = "pong", program = idle }
          , Septum.Partition::{ name = "limp", program = idle }
          , Septum.Partition::{ name = "lost", program = idle }
          ]
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = Septum.ms 1
            , windows = window [ "ping", "pong" ]
            }
          , Septum.Schedule::{
            , name = "safe"
            , major_frame_ns = Septum.ms 1
            , windows = window [ "limp" ]
            }
          ]
        }
