-- error S0105 system.dhall:18:54 partitions[1].program[0].ports[1]: `pong` has no port `inn`
--   here: "inn" ], timeout_ns = None Natural }
--   help: connect a channel to it, or use a port that there is: `in`
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Exit
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model
                [ Septum.Step.Wait { ports = [ "in", "inn" ], timeout_ns = None Natural }
                ]
            }
          ]
        }
