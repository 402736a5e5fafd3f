let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , permissions = Septum.Permissions::{ safe_mode = True }
            , health = Septum.Health::{ hardware_fault = Septum.HealthAction.SafeMode }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
