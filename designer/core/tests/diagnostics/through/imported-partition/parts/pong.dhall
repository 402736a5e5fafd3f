let Septum = ../septum/package.dhall

in  Septum.Partition::{
    , name = "pong"
    , program = Septum.Program.Elf "pong.elf"
    }
