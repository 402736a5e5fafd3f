-- One isolated program. `deadline_ns` bounds the time from when it becomes ready until it
-- waits again; a partition without one is never late.
let Program = ./Program.dhall

let Interrupt = ./Interrupt.dhall

let Permissions = ./Permissions.dhall

let Health = ./Health.dhall

in  { Type =
        { name : Text
        , hart : Natural
        , program : Program
        , stack_bytes : Natural
        , log_bytes : Natural
        , devices : List Text
        , interrupts : List Interrupt
        , permissions : Permissions.Type
        , deadline_ns : Optional Natural
        , health : Health.Type
        }
    , default =
      { hart = 0
      , stack_bytes = 4096
      , log_bytes = 4096
      , devices = [] : List Text
      , interrupts = [] : List Interrupt
      , permissions = Permissions.default
      , deadline_ns = None Natural
      , health = Health.default
      }
    }
