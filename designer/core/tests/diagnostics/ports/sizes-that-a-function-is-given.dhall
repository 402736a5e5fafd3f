-- error S0113 system.dhall:19:37 channels[0].kind.depth: the queue of the channel `balls` holds 0 messages
--   here: 0 0
--   help: use a depth of 1 to 256
-- error S0112 system.dhall:19:39 channels[0].kind.message_bytes: messages of the channel `balls` are 0 bytes long
--   here: 0
--   help: use 1 to 4096 bytes; a signal carries no message
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
            , kind = Septum.queuing 0 0
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
