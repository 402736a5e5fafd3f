-- error S0110 system.dhall:14:39 partitions[1].interrupts[0].port: the port `in` of `pong` is used twice
--   here: "in", device = "uart", source = 10 } ]
--   also: good.dhall:30:34 channels[0].to.port "in"
--   help: a port is one end of one channel or interrupt: give one of them another name
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , devices = [ "uart" ]
            , interrupts = [ { port = "in", device = "uart", source = 10 } ]
            }
          ]
        }
