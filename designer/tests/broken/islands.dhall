-- Boxes put on the canvas, not connected yet.
let Septum = ./septum/package.dhall

let spin =
      Septum.Program.Model
        (Septum.forever [ Septum.Step.Compute { ns = Septum.us 50 } ])

let mute = Septum.Permissions::{ log = False }

in  Septum.System::{
    , name = "islands"
    , partitions =
      [ Septum.Partition::{ name = "2nd-stage", program = spin }
      , Septum.Partition::{
        , name = "mixer"
        , program = spin
        , log_bytes = 0
        , permissions = mute
        }
      , Septum.Partition::{
        , name = "dosing pump"
        , program = spin
        , log_bytes = 0
        , permissions = mute
        }
      , Septum.Partition::{
        , name = "a-partition-with-a-very-long-name"
        , program = spin
        }
      , Septum.Partition::{ name = "", program = spin }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "dose!"
        , kind = Septum.queuing 1 8
        , from = Septum.end "mixer" "dose\u001b[31m"
        , to = Septum.end "dosing pump" "dose"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , name = "main schedule"
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "2nd-stage", "mixer", "dosing pump" ]
            }
          ]
        }
      ]
    }
