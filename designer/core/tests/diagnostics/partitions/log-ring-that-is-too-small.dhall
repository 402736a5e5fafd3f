-- error S0122 system.dhall:13:27 partitions[0].log_bytes: the log ring of `ping` is 256 bytes long
--   here: 256
--   help: use a power of two from 512 to 65536, or 0 without the right to log
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , log_bytes = 256
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
