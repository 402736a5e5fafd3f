let Septum = ./septum/package.dhall

in  \(name : Text) ->
    \(stack_bytes : Natural) ->
      Septum.Partition::{
      , name
      , stack_bytes
      , log_bytes = 1000
      , program = Septum.Program.Model [ Septum.Step.Exit ]
      }
