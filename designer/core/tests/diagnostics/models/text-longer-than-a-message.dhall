-- warning S0164 system.dhall:13:47 partitions[0].program[0].message: the text has 18 bytes, but a message of the channel `balls` has at most 16
--   here: Septum.Payload.Text "longer than a ball" }
--   help: make the text shorter, or the messages of the channel longer
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Send
                    { port = "out", message = Septum.Payload.Text "longer than a ball" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
