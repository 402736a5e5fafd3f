-- warning S0146 system.dhall:13:27 partitions[0].devices[0]: `rtc` is a clock, but `ping` has no right to the clock
--   here: "rtc" ]
--   help: set clock to True in its permissions, or do without the device
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "rtc" ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
