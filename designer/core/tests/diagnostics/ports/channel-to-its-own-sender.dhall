-- error S0111 system.dhall:25:31 channels[1].to.partition: the channel `echo` leads from `pong` back to `pong`
--   here: "pong" "heard"
--   also: system.dhall:24:33 channels[1].from.partition "pong" "echo"
--   help: connect two different partitions; a partition can keep its own data
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
            , name = "echo"
            , kind = Septum.queuing 4 16
            , from = Septum.end "pong" "echo"
            , to = Septum.end "pong" "heard"
            }
          ]
        }
