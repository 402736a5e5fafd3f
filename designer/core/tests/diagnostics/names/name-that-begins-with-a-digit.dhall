-- error S0102 system.dhall:9:22 channels[0].name: `2nd` is not a name for a channel
--   here: "2nd"
--   help: use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { channels =
          [ Septum.Channel::{
            , name = "2nd"
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
