-- error S0112 system.dhall:16:68 channels[0].kind.message_bytes: messages of the channel `balls` are 0 bytes long
--   here: 0, validity_ns = 1000 }
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
            , kind = Septum.ChannelKind.Sampling { message_bytes = 0, validity_ns = 1000 }
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
