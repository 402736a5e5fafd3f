-- error S0170 system.dhall:10:25 partitions[0].program: the program `septum/../../driver.elf` lies outside of the project folder
--   here: Septum.Program.Elf "septum/../../driver.elf"
--   help: name a file in the design's folder by its path from there, and build it first
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "septum/../../driver.elf"
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
