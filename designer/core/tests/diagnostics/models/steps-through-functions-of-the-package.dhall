-- error S0105 system.dhall:11:37 partitions[0].program[1].port: `ping` has no port `oout`
--   here: "oout", message = Septum.Payload.Numbered "b" }
--   help: connect a channel to it, or use a port that there is: `out`
-- error S0162 system.dhall:12:36 partitions[0].program[2].ns: `ping` may not read the clock, so it cannot wait for a time
--   here: Septum.us 5 }
--   help: set clock = True in its permissions, as in Septum.Permissions::{ clock = True }, or wait without a timeout
let Septum = ./septum/package.dhall

let steps =
      Septum.forever
        [ Septum.Step.Send { port = "oout", message = Septum.Payload.Numbered "b" }
        , Septum.Step.Sleep { ns = Septum.us 5 }
        ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model steps }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
