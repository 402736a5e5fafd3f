-- error S0204 system.dhall:10:25 partitions[0].program: the program of `ping` has a segment at 0x10000000 that overlaps `uart`
--   here: Septum.Program.Elf "at-the-uart.elf"
--   help: link the program elsewhere; the linker script of septum-user has a good place
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "at-the-uart.elf"
            , devices = [ "uart" ]
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
