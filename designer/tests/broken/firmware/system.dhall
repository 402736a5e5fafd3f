-- Real programs beside each other: built, not built yet, and not a program at all.
let Septum = ./septum/package.dhall

in  Septum.System::{
    , name = "firmware"
    , partitions =
      [ Septum.Partition::{
        , name = "driver"
        , program = Septum.Program.Elf "programs/uart-driver.elf"
        , devices = [ "uart" ]
        , interrupts = [ { port = "interrupt", device = "uart", source = 10 } ]
        }
      , Septum.Partition::{
        , name = "parser"
        , program = Septum.Program.Elf "build/parser.elf"
        }
      , Septum.Partition::{
        , name = "store"
        , program = Septum.Program.Elf "src/main.c"
        }
      , Septum.Partition::{
        , name = "spare"
        , program = Septum.Program.Elf "programs"
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "bytes"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "driver" "bytes"
        , to = Septum.end "parser" "in"
        }
      , Septum.Channel::{
        , name = "records"
        , kind = Septum.queuing 8 64
        , from = Septum.end "parser" "out"
        , to = Septum.end "store" "in"
        }
      , Septum.Channel::{
        , name = "errors"
        , kind = Septum.queuing 8 64
        , from = Septum.end "driver" "errors"
        , to = Septum.end "store" "errors"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "driver", "parser", "store" ]
            }
          ]
        }
      ]
    }
