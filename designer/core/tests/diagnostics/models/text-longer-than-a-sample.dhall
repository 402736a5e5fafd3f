-- warning S0164 system.dhall:12:63 partitions[0].program[0].message: the text has 23 bytes, but a message of the channel `balls` has at most 16
--   here: Septum.Payload.Text "more than sixteen bytes" }
--   help: make the text shorter, or the messages of the channel longer
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Write { port = "out", message = Septum.Payload.Text "more than sixteen bytes" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.Read { port = "in" }
                ]
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
