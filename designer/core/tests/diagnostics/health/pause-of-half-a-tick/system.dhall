let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health::{ restart = { limit = None Natural, backoff_ns = 50 } }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
