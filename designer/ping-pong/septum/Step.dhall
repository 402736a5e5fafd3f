-- One step of a model. `Loop` and `End` bracket each other; `None` repeats or waits forever.
let Payload = ./Payload.dhall

let Touch = ./Touch.dhall

in  < Compute : { ns : Natural }
    | Send : { port : Text, message : Payload }
    | Receive : { port : Text, timeout_ns : Optional Natural }
    | Signal : { port : Text }
    | Wait : { ports : List Text, timeout_ns : Optional Natural }
    | Acknowledge : { port : Text }
    | Sleep : { ns : Natural }
    | Log : { message : Payload }
    | Touch : { address : Natural, access : Touch }
    | Loop : { times : Optional Natural }
    | End
    | Exit
    >
