-- error S0211 system.dhall:26:22 partitions[0].name: `ping` needs 5 PMP entries, 4 can be used: 3 for stack, data.0, text.1, rodata.2, buffers, constants, 2 for `left`, `right`
--   here: "ping"
--   help: grant it fewer devices or shared memories, devices that lie side by side, or one memory in the place of several that the same partitions share; where it has none, use a machine with more entries
-- error S0211 system.dhall:30:22 partitions[1].name: `pong` needs 5 PMP entries, 4 can be used: 3 for stack, data.0, text.1, rodata.2, buffers, constants, 2 for `left`, `right`
--   here: "pong"
--   help: grant it fewer devices or shared memories, devices that lie side by side, or one memory in the place of several that the same partitions share; where it has none, use a machine with more entries
let Septum = ./septum/package.dhall

let few = Septum.qemu-virt-pmp.isolation // { pmp_entries = 4 }

let shared =
      \(name : Text) ->
        { name
        , size_bytes = 8192
        , grants =
          [ { partition = "ping", write = True }
          , { partition = "pong", write = False }
          ]
        }

in    ./good.dhall
    //  { machine = Septum.qemu-virt-pmp // { isolation = few }
        , memories = [ shared "left", shared "right" ]
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
