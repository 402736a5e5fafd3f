-- error S0102 system.dhall:9:22 channels[0].name: `bell\u{7}\u{1b}[31m` is not a name for a channel
--   here: "bell\u0007\u001b[31m"
--   help: use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { channels =
          [ Septum.Channel::{
            , name = "bell\u0007\u001b[31m"
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "out"
            , to = Septum.end "pong" "in"
            }
          ]
        }
