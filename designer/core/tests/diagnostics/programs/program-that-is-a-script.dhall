-- error S0171 system.dhall:10:25 partitions[0].program: the program `script.elf` is not an ELF file or is damaged: it does not begin with \x7fELF
--   here: Septum.Program.Elf "script.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "script.elf"
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
