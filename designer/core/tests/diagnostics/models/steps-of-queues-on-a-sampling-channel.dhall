-- error S0161 system.dhall:18:45 partitions[0].program[0].port: the port `out` of `ping` is not the sending end of a queuing channel, but the sending end of a sampling channel
--   here: "out", message = Septum.Payload.Text "x" }
--   help: use a port of that kind, or a step for this one: Write
-- error S0161 system.dhall:25:48 partitions[1].program[0].port: the port `in` of `pong` is not the receiving end of a queuing channel, but the receiving end of a sampling channel
--   here: "in", timeout_ns = None Natural }
--   help: use a port of that kind, or a step for this one: Read
-- error S0161 system.dhall:26:48 partitions[1].program[1].ports[0]: the port `in` of `pong` is not the receiving end of a queuing or signal channel, or an interrupt, but the receiving end of a sampling channel
--   here: "in" ], timeout_ns = None Natural }
--   help: use a port of that kind, or a step for this one: Read
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Send { port = "out", message = Septum.Payload.Text "x" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.Receive { port = "in", timeout_ns = None Natural }
                , Septum.Step.Wait { ports = [ "in" ], timeout_ns = None Natural }
                ]
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
