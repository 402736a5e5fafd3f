-- error S0102 system.dhall:13:70 partitions[2].name: `` is not a name for a partition
--   here: "", program = idle } ]
--   help: use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter
-- warning S0180 system.dhall:13:70 partitions[2].name: `` is unreachable: it has no channel, interrupt, device or memory
--   here: "", program = idle } ]
--   help: connect it, or remove it
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
            (./good.dhall).partitions # [ Septum.Partition::{ name = "", program = idle } ]
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows = [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong", "" ] } ]
            }
          ]
        }
