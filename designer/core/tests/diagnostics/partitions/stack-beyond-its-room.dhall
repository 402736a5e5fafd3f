-- error S0121 system.dhall:13:29 partitions[0].stack_bytes: the stack of `ping` is 67112960 bytes long
--   here: 67112960
--   help: use a multiple of 4096 from 4096 to 67108864
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , stack_bytes = 67112960
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
