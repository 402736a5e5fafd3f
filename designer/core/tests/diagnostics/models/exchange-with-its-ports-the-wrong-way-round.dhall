-- error S0161 system.dhall:17:30 partitions[1].program[0].send: the port `in` of `pong` is not the sending end of a queuing channel, but the receiving end of a queuing channel
--   here: "in", message = Septum.Payload.Text "x", receive
--   help: use a port of that kind, or a step for this one: Receive
-- error S0105 system.dhall:17:81 partitions[1].program[0].receive: `pong` has no port `out`
--   here: "out", timeout_ns = None Natural }
--   help: connect a channel to it, or use a port that there is: `in`
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.Exchange
                    { send = "in", message = Septum.Payload.Text "x", receive = "out", timeout_ns = None Natural }
                ]
            }
          ]
        }
