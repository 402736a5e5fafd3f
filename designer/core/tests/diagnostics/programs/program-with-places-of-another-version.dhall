-- error S0171 system.dhall:10:25 partitions[0].program: the program `other-places.elf` has a section .septum.places that cannot be read: it was compiled for version 9 of the interface, this is version 2
--   here: Septum.Program.Elf "other-places.elf"
--   help: build a static executable for rv64imac with septum-user or septum.h
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "other-places.elf"
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
