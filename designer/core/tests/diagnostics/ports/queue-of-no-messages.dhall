-- error S0113 system.dhall:16:79 channels[0].kind.depth: the queue of the channel `balls` holds 0 messages
--   here: 0 }
--   help: use a depth of 1 to 256
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
            , kind = Septum.ChannelKind.Queuing { message_bytes = 16, depth = 0 }
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
