-- error S0171 system.dhall:10:25 partitions[0].program: the program `needs-a-linker.elf` needs a shared library, which nobody does at run time (link it with --no-dynamic-linker)
--   here: Septum.Program.Elf "needs-a-linker.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "needs-a-linker.elf"
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
