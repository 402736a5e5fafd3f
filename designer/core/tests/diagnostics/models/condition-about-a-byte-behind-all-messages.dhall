-- warning S0167 system.dhall:13:49 partitions[1].program[0].offset: step 0 looks at byte 16, but no message to `pong` has more than 16 bytes
--   here: 16, equals = 65 }
--   help: count from 0, or make the messages longer
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.IfByte { offset = 16, equals = 65 }
                , Septum.Step.End
                ]
            }
          ]
        }
