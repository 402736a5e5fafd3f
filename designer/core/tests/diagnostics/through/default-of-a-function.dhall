-- error S0121 system.dhall:13:25 partitions[0].stack_bytes: the stack of `ping` is 100 bytes long
--   here: 100
--   help: use a multiple of 4096 from 4096 to 67108864
-- error S0121 system.dhall:13:25 partitions[1].stack_bytes: the stack of `pong` is 100 bytes long
--   here: 100
--   help: use a multiple of 4096 from 4096 to 67108864
let Septum = ./septum/package.dhall

let node =
      \(name : Text) ->
        Septum.Partition::{
        , name
        , stack_bytes = 100
        , program = Septum.Program.Model [ Septum.Step.Exit ]
        }

in  ./good.dhall // { partitions = [ node "ping", node "pong" ] }
