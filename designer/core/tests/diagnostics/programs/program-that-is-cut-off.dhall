-- error S0171 system.dhall:10:25 partitions[0].program: the program `cut-off.elf` is not an ELF file or is damaged: Invalid ELF header size or alignment
--   here: Septum.Program.Elf "cut-off.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "cut-off.elf"
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
