let Septum = ../septum/package.dhall

in  Septum.Schedule::{
    , major_frame_ns = Septum.ms 1
    , windows =
      [ Septum.Window::{
        , duration_ns = Septum.us 250
        , partitions = [ "driver" ]
        }
      , Septum.Window::{
        , duration_ns = Septum.us 250
        , partitions = [ "left", "rigth" ]
        }
      ]
    }
