-- A system in several files, with a function for what comes twice.
let Septum = ./septum/package.dhall

let consumer = ./parts/consumer.dhall

in  Septum.System::{
    , name = "split"
    , partitions = [ ./parts/driver.dhall, consumer "left", consumer "right" ]
    , channels =
      [ Septum.Channel::{
        , name = "left"
        , kind = Septum.queuing 4 16
        , from = Septum.end "driver" "bytes"
        , to = Septum.end "left" "in"
        }
      , Septum.Channel::{
        , name = "right"
        , kind = Septum.queuing 4 16
        , from = Septum.end "driver" "bytes"
        , to = Septum.end "right" "in"
        }
      ]
    , schedules = [ ./parts/schedule.dhall ]
    }
