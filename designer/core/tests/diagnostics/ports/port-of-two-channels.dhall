-- error S0110 system.dhall:24:40 channels[1].from.port: the port `out` of `ping` is used twice
--   here: "out"
--   also: system.dhall:18:40 channels[0].from.port "out"
--   help: a port is one end of one channel or interrupt: give one of them another name
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
            , name = "more"
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "more"
            }
          ]
        }
