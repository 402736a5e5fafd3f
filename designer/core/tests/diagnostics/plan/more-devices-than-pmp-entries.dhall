-- error S0211 system.dhall:12:22 partitions[0].name: `ping` needs 6 PMP entries, 4 can be used: 4 for stack, data.0, text.1, rodata.2, buffers, constants, 2 for `rtc`, `uart`
--   here: "ping"
--   help: grant it fewer devices or shared memories, devices that lie side by side, or one memory in the place of several that the same partitions share; where it has none, use a machine with more entries
let Septum = ./septum/package.dhall

let few = Septum.qemu-virt-pmp.isolation // { pmp_entries = 4 }

in    ./good.dhall
    //  { machine = Septum.qemu-virt-pmp // { isolation = few }
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , devices = [ "rtc", "uart" ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
