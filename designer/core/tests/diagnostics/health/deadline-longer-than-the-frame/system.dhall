let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , deadline_ns = Some (Septum.ms 2)
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
