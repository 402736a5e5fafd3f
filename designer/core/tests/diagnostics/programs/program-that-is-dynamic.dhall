-- error S0171 system.dhall:10:25 partitions[0].program: the program `dynamic.elf` is not a statically linked executable (link it with -static, or as static-pie)
--   here: Septum.Program.Elf "dynamic.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "dynamic.elf"
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
