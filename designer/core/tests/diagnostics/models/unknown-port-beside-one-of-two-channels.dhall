-- error S0105 system.dhall:31:32 partitions[0].program[0].port: `ping` has no port `van`
--   here: "van", message = Septum.Payload.Text "ball" }
--   help: connect a channel to it, or use a port that there is: `lan`, `wan`
-- error S0110 system.dhall:37:69 channels[2].from.port: the port `wan` of `ping` is used twice
--   here: "wan" ]
--   also: system.dhall:37:48 channels[1].from.port "wan", from-ping "c" "wan" ]
--   help: a port is one end of one channel or interrupt: give one of them another name
let Septum = ./septum/package.dhall

let good = ./good.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let from-ping =
      \(name : Text) ->
      \(port : Text) ->
        Septum.Channel::{
        , name
        , kind = Septum.queuing 4 16
        , from = Septum.end "ping" port
        , to = Septum.end "pong" name
        }

in    good
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                  [ Septum.Step.Send
                      { port = "van", message = Septum.Payload.Text "ball" }
                  ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , channels =
          [ from-ping "a" "lan", from-ping "b" "wan", from-ping "c" "wan" ]
        }
