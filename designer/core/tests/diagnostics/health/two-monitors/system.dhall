let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , permissions = Septum.Permissions::{ manage = True }
            }
          , Septum.Partition::{ name = "pong", program = idle, permissions = Septum.Permissions::{ manage = True } }
          ]
        }
