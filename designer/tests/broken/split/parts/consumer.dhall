let Septum = ../septum/package.dhall

in  \(name : Text) ->
      Septum.Partition::{
      , name
      , program =
          Septum.Program.Model
            [ Septum.Step.Receive { port = "input", timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Received }
            ]
      , permissions = Septum.Permissions::{ log = False }
      }
