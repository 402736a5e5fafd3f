-- error S0121 system.dhall:15:68 partitions[1].stack_bytes: the stack of `pong` is 100 bytes long
--   here: 100 ] }
--   help: use a multiple of 4096 from 4096 to 67108864
let Septum = ./septum/package.dhall

let node =
      \(name : Text) ->
      \(bytes : Natural) ->
        Septum.Partition::{
        , name
        , stack_bytes = bytes
        , program = Septum.Program.Model [ Septum.Step.Exit ]
        }

in  ./good.dhall // { partitions = [ node "ping" 4096, node "pong" 100 ] }
