-- error S0171 system.dhall:10:25 partitions[0].program: the program `for-x86.elf` is not a program for 64-bit little-endian RISC-V
--   here: Septum.Program.Elf "for-x86.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "for-x86.elf"
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
