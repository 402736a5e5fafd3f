-- error S0160 system.dhall:13:19 partitions[1].program[0]: the condition that step 0 begins has no end
--   here: Septum.Step.IfByte { offset = 0, equals = 65 }
--   help: add an End
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.IfByte { offset = 0, equals = 65 }
                , Septum.Step.Else
                ]
            }
          ]
        }
