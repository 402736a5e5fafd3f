-- error S0166 system.dhall:13:61 partitions[1].program[0].equals: step 0 compares a byte with 256
--   here: 256 }
--   help: use 0 to 255
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.IfByte { offset = 0, equals = 256 }
                , Septum.Step.End
                ]
            }
          ]
        }
