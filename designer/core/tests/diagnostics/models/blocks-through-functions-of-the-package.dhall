-- error S0161 system.dhall:14:42 partitions[0].program[5].port: the port `out` of `ping` is not the sending end of a sampling channel, but the sending end of a queuing channel
--   here: "out", message = Septum.Payload.Text text }
--   help: use a port of that kind, or a step for this one: Send
-- error S0162 system.dhall:18:10 partitions[0].program[1].period_ns: `ping` may not read the clock, so it cannot wait for a time
--   here: Septum.ms 1)
--   help: set clock = True in its permissions, as in Septum.Permissions::{ clock = True }, or wait without a timeout
-- warning S0167 system.dhall:20:13 partitions[0].program[2].offset: step 2 looks at a message, but `ping` receives none
--   here: 0
--   help: connect a channel with messages, or remove the condition
let Septum = ./septum/package.dhall

let Step = Septum.Step

let message = \(text : Text) -> { port = "out", message = Septum.Payload.Text text }

let steps =
      Septum.every
        (Septum.ms 1)
        ( Septum.if-byte
            0
            65
            [ Step.Send (message "a") ]
            [ Step.Write (message "b") ]
        )

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model steps }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
