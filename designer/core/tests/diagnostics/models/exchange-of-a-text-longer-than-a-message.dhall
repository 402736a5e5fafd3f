-- warning S0164 system.dhall:16:47 partitions[0].program[0].message: the text has 23 bytes, but a message of the channel `balls` has at most 16
--   here: Septum.Payload.Text "more than sixteen bytes", r
--   help: make the text shorter, or the messages of the channel longer
-- error S0105 system.dhall:16:104 partitions[0].program[0].receive: `ping` has no port `back`
--   here: "back", timeout_ns = None Natural }
--   help: connect a channel to it, or use a port that there is: `out`
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Exchange
                    { send = "out", message = Septum.Payload.Text "more than sixteen bytes", receive = "back", timeout_ns = None Natural }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
