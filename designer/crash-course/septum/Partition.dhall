-- One isolated program.
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
        , health : Health
        }
    , default =
      { hart = 0
      , stack_bytes = 4096
      , log_bytes = 4096
      , devices = [] : List Text
      , interrupts = [] : List Interrupt
      , permissions = Permissions.default
      , health = Health.Halt
      }
    }
