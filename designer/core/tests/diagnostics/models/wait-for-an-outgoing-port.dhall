-- error S0161 system.dhall:12:48 partitions[0].program[0].ports[0]: the port `out` of `ping` is not the receiving end of a queuing or signal channel, or an interrupt, but the sending end of a queuing channel
--   here: "out" ], timeout_ns = None Natural }
--   help: use a port of that kind, or a step for this one: Send
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Wait { ports = [ "out" ], timeout_ns = None Natural }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
