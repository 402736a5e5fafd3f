-- error S0212 system.dhall:11:25 partitions[0].program: the program of `ping` is linked for fixed addresses and needs 0xfffec00 to 0x10002810 with its stack and buffers, but RAM is free from 0x80007000 to 0x88000000
--   here: Septum.Program.Elf "at-the-uart.elf"
--   help: link it with --emit-relocs (-Clink-arg=--emit-relocs for Rust, -Wl,--emit-relocs for gcc) or as static-pie, so that the designer places it; or for other addresses (--defsym=__base=ADDRESS before -T)
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt-pmp
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "at-the-uart.elf"
            , log_bytes = 0
            , permissions = Septum.Permissions::{ log = False }
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
