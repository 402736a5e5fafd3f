-- error S0204 system.dhall:16:25 partitions[0].program: the program of `ping` has a segment at 0x102fffe000 that overlaps addresses that are reserved for buffers and stack
--   here: Septum.Program.Elf "at-the-stack.elf"
--   help: link the program elsewhere; the linker script of septum-user has a good place
-- error S0204 system.dhall:16:25 partitions[0].program: the program of `ping` has a segment at 0x102ffff000 that overlaps addresses that are reserved for buffers and stack
--   here: Septum.Program.Elf "at-the-stack.elf"
--   help: link the program elsewhere; the linker script of septum-user has a good place
-- error S0204 system.dhall:16:25 partitions[0].program: the program of `ping` has a segment at 0x1030000000 that overlaps addresses that are reserved for buffers and stack
--   here: Septum.Program.Elf "at-the-stack.elf"
--   help: link the program elsewhere; the linker script of septum-user has a good place
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "at-the-stack.elf"
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
