-- error S0101 system.dhall:22:22 channels[1].name: the channel name `balls` is used twice
--   here: "balls"
--   also: system.dhall:16:22 channels[0].name "balls"
--   help: give one of them another name
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          , Septum.Channel::{
            , name = "balls"
            , kind = Septum.queuing 4 16
            , from = Septum.end "pong" "out"
            , to = Septum.end "ping" "in"
            }
          ]
        }
