-- error S0160 system.dhall:16:19 partitions[1].program[3]: step 3 is a second Else of the condition that step 0 begins
--   here: Septum.Step.Else
--   help: remove it, or nest another condition
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
                , Septum.Step.Exit
                , Septum.Step.Else
                , Septum.Step.End
                ]
            }
          ]
        }
