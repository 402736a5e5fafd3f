-- error S0102 system.dhall:17:51 channels[0].from.port: `` is not a name for a port
--   here: "" }
--   help: use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter
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
            , from = { partition = "ping", port = "" }
            , to = Septum.end "pong" "in"
            }
          ]
        }
