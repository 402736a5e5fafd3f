-- error S0190 system.dhall:24:22 channels[0].kind: this version does not build the sampling channel `balls`
--   here: Septum.ChannelKind.Sampling { message_bytes = 16
--   help: use a queuing channel of depth 1
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                  [ Septum.Step.Write
                      { port = "out", message = Septum.Payload.Text "x" }
                  ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Read { port = "in" } ]
            }
          ]
        , channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.ChannelKind.Sampling { message_bytes = 16, validity_ns = 1000 }
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
