-- error S0213 system.dhall:11:25 partitions[0].program: `ping` may log, but its program has no section .septum.places to learn where its log buffer is
--   here: Septum.Program.Elf "in-ram.elf"
--   help: build it with septum-user or septum.h of this version, or take the right to log away
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt-pmp
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "in-ram.elf"
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
