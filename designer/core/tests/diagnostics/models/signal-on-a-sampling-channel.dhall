-- error S0161 system.dhall:10:76 partitions[0].program[0].port: the port `out` of `ping` is not the sending end of a signal channel, but the sending end of a sampling channel
--   here: "out" } ]
--   help: use a port of that kind, or a step for this one: Write
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Signal { port = "out" } ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        , channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.ChannelKind.Sampling { message_bytes = 16, validity_ns = 1000 }
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
