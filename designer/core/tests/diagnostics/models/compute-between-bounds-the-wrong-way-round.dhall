-- error S0166 system.dhall:12:82 partitions[0].program[0].most_ns: step 0 computes for at least 5us, but for at most 4.999us
--   here: 4999 }
--   help: use at least 5us, or exchange them
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.ComputeBetween { least_ns = Septum.us 5, most_ns = 4999 }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
