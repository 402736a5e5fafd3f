-- warning S0167 system.dhall:12:49 partitions[0].program[0].offset: step 0 looks at a message, but `ping` receives none
--   here: 0, equals = 65 }
--   help: connect a channel with messages, or remove the condition
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.IfByte { offset = 0, equals = 65 }
                , Septum.Step.End
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
