-- error S0171 system.dhall:10:25 partitions[0].program: the program `relocated-otherwise.elf` has a relocation of kind 2 at 0x1000001000; only R_RISCV_RELATIVE (3) is done
--   here: Septum.Program.Elf "relocated-otherwise.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "relocated-otherwise.elf"
            }
          ]
        , channels = [] : List Septum.Channel.Type
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping" ] } ]
            }
          ]
        }
