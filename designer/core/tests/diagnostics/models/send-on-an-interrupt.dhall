-- error S0161 system.dhall:12:45 partitions[0].program[0].port: the port `irq` of `ping` is not the sending end of a queuing channel, but an interrupt
--   here: "irq", message = Septum.Payload.Text "x" }
--   help: use a port of that kind, or a step for this one: Wait or Acknowledge
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Send { port = "irq", message = Septum.Payload.Text "x" }
                ]
            , devices = [ "uart" ]
            , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
