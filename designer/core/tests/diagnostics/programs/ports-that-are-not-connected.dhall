-- error S0172 system.dhall:13:25 partitions[0].program: the program `driver.elf` declares the incoming interrupt port `irq`, which the design does not connect
--   here: Septum.Program.Elf "driver.elf"
--   help: change the design or the program so that both say the same
-- error S0172 system.dhall:13:25 partitions[0].program: the program `driver.elf` declares the outgoing queuing port `bytes`, which the design does not connect
--   here: Septum.Program.Elf "driver.elf"
--   help: change the design or the program so that both say the same
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Elf "driver.elf"
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
