-- error S0101 system.dhall:13:40 partitions[2].name: the partition name `ping` is used twice
--   here: "ping", program = idle }
--   also: system.dhall:11:40 partitions[0].name "ping", program = idle }
--   help: give one of them another name
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle }
          , Septum.Partition::{ name = "pong", program = idle }
          , Septum.Partition::{ name = "ping", program = idle }
          ]
        }
