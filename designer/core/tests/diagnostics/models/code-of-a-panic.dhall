-- error S0166 system.dhall:12:48 partitions[0].program[0].code: step 0 raises 0x8000000000000005, which stands for a panic in Rust
--   here: 0x8000000000000005 } ]
--   help: use a code below 0x8000000000000000
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                  [ Septum.Step.Raise { code = 0x8000000000000005 } ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
