let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind =
                Septum.ChannelKind.Sampling { message_bytes = 16, validity_ns = 50 }
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
