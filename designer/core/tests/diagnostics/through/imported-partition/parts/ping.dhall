let Septum = ../septum/package.dhall

in  Septum.Partition::{
    , name = "ping"
    , stack_bytes = 100
    , program = Septum.Program.Model [ Septum.Step.Signal { port = "out" } ]
    }
