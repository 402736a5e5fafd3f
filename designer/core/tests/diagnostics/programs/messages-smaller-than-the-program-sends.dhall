-- error S0172 system.dhall:11:25 partitions[0].program: the program `driver.elf` sends messages of up to 16 bytes at the outgoing port `bytes`, the design's channel takes up to 1 byte
--   here: Septum.Program.Elf "driver.elf"
--   also: system.dhall:24:40 channels[0].from.port "bytes"
--   help: change the design or the program so that both say the same
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "driver.elf"
            , devices = [ "uart" ]
            , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        , channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.queuing 4 1
            , from = Septum.end "ping" "bytes"
            , to = Septum.end "pong" "in"
            }
          ]
        }
