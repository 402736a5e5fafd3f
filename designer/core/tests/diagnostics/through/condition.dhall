-- error S0121 system.dhall:12:39 partitions[0].stack_bytes: the stack of `ping` is 100 bytes long
--   here: 100 else 4096
--   help: use a multiple of 4096 from 4096 to 67108864
let Septum = ./septum/package.dhall

let small = True

let node =
      \(name : Text) ->
        Septum.Partition::{
        , name
        , stack_bytes = if small then 100 else 4096
        , program = Septum.Program.Model [ Septum.Step.Exit ]
        }

in  ./good.dhall // { partitions = [ node "ping", (node "pong") with stack_bytes = 8192 ] }
