-- warning S0164 system.dhall:13:33 partitions[0].program[0].message: the text has 260 bytes, but a log text has at most 256
--   here: Septum.Payload.Text
--   help: make the text shorter, or log it in parts
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Log
                    { message = Septum.Payload.Text
                        "long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long "
                    }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
