-- error S0209 system.dhall:15:58 partitions[0].program: the model of `ping` needs 1025 steps, the limit is 1024
--   here: Septum.Program.Model steps }
--   help: divide the model, or repeat with loops instead of copies
let Septum = ./septum/package.dhall

let steps =
      Natural/fold
        1025
        (List Septum.Step)
        (\(more : List Septum.Step) -> more # [ Septum.Step.Exit ])
        ([] : List Septum.Step)

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model steps }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
