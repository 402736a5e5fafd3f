-- error S0161 system.dhall:13:76 partitions[0].program[0].port: the port `out` of `ping` is not the sending end of a signal channel, but the sending end of a sampling channel
--   here: "out" } ]
--   help: use a port of that kind, or a step for this one: Write
-- error S0190 system.dhall:23:22 channels[0].kind: this version does not build the sampling channel `balls`
--   here: Septum.ChannelKind.Sampling { message_bytes = 16
--   help: use a queuing channel of depth 1
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
