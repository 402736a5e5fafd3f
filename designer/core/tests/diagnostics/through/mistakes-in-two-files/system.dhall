let Septum = ./septum/package.dhall

in    ./good.dhall
    //  ./schedule.dhall
    //  { channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.queuing 0 16
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
