-- error S0172 system.dhall:11:25 partitions[0].program: the program `driver.elf` does not declare the outgoing queuing port `more`, which the design connects
--   here: Septum.Program.Elf "driver.elf"
--   also: system.dhall:30:40 channels[1].from.port "more"
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
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "bytes"
            , to = Septum.end "pong" "in"
            }
          , Septum.Channel::{
            , name = "more"
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "more"
            , to = Septum.end "pong" "more"
            }
          ]
        }
