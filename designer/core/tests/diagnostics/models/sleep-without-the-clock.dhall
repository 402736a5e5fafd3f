-- error S0162 system.dhall:12:44 partitions[0].program[0].ns: `ping` may not read the clock, so it cannot wait for a time
--   here: 1000 }
--   help: set clock = True in its permissions, as in Septum.Permissions::{ clock = True }, or wait without a timeout
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Sleep { ns = 1000 }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
