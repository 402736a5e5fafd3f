-- error S0190 system.dhall:13:29 partitions[0].deadline_ns: this version does not build the deadline of `ping`
--   here: Some (Septum.us 300)
--   help: set it to None
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , deadline_ns = Some (Septum.us 300)
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
