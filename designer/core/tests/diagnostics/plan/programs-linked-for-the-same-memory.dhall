-- error S0212 system.dhall:8:15 partitions[1].program: the program of `pong` is linked for fixed addresses and needs 0x801ff000 to 0x802021f0 with its stack and buffers, but `ping` is there
--   here: Septum.Program.Elf "in-ram.elf"
--   help: link it with --emit-relocs (-Clink-arg=--emit-relocs for Rust, -Wl,--emit-relocs for gcc) or as static-pie, so that the designer places it; or for other addresses (--defsym=__base=ADDRESS before -T)
let Septum = ./septum/package.dhall

let quiet = Septum.Permissions::{ log = False }

let program = Septum.Program.Elf "in-ram.elf"

in    ./good.dhall
    //  { machine = Septum.qemu-virt-pmp
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program
            , log_bytes = 0
            , permissions = quiet
            , devices = [ "uart" ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program
            , log_bytes = 0
            , permissions = quiet // { clock = True }
            , devices = [ "rtc" ]
            }
          ]
        , channels = [] : List Septum.Channel.Type
        }
