-- One step of a model. `Loop` and `End` bracket each other, and so do `IfByte`, `Else` (which
-- may be missing) and `End`. `None` repeats or waits forever.
--
-- `ComputeBetween` takes a time that is drawn anew each time, from the seed of the system: the
-- same seed, the same times. `SleepUntil` sleeps until the clock of the machine is `offset_ns`
-- behind a multiple of `period_ns`. `Exchange` sends, then receives, in one system call. `Write`
-- and `Read` are for sampling channels and never wait. `IfByte` looks at the message received,
-- read or exchanged last. `Restart` and `Stop` need the right `manage`, `SafeMode` the right
-- `safe_mode`. `Raise` takes a code below 2^63: from there on codes are panics in Rust.
let Payload = ./Payload.dhall

let Touch = ./Touch.dhall

in  < Compute : { ns : Natural }
    | ComputeBetween : { least_ns : Natural, most_ns : Natural }
    | Send : { port : Text, message : Payload }
    | Receive : { port : Text, timeout_ns : Optional Natural }
    | Exchange :
        { send : Text
        , message : Payload
        , receive : Text
        , timeout_ns : Optional Natural
        }
    | Write : { port : Text, message : Payload }
    | Read : { port : Text }
    | Signal : { port : Text }
    | Wait : { ports : List Text, timeout_ns : Optional Natural }
    | Acknowledge : { port : Text }
    | Sleep : { ns : Natural }
    | SleepUntil : { period_ns : Natural, offset_ns : Natural }
    | Log : { message : Payload }
    | Touch : { address : Natural, access : Touch }
    | Illegal
    | Raise : { code : Natural }
    | Restart : { partition : Text }
    | Stop : { partition : Text }
    | SafeMode
    | Loop : { times : Optional Natural }
    | IfByte : { offset : Natural, equals : Natural }
    | Else
    | End
    | Exit
    >
