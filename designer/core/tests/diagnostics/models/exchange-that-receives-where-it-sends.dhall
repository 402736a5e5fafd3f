-- error S0161 system.dhall:13:82 partitions[0].program[0].receive: the port `out` of `ping` is not the receiving end of a queuing channel, but the sending end of a queuing channel
--   here: "out", timeout_ns = None Natural }
--   help: use a port of that kind, or a step for this one: Send
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Exchange
                    { send = "out", message = Septum.Payload.Text "x", receive = "out", timeout_ns = None Natural }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
