-- error S0101 system.dhall:16:60 partitions[2].name: the partition name `ping` is used twice
--   here: "ping", other "ping" ] }
--   also: system.dhall:16:46 partitions[1].name "ping", other "ping", other "ping" ] }
--   help: give one of them another name
-- error S0101 system.dhall:16:74 partitions[3].name: the partition name `ping` is used twice
--   here: "ping" ] }
--   also: system.dhall:16:46 partitions[1].name "ping", other "ping", other "ping" ] }
--   help: give one of them another name
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let other = \(name : Text) -> Septum.Partition::{ name, program = idle }

in    ./good.dhall
    //  { partitions = [ other "pong", other "ping", other "ping", other "ping" ] }
