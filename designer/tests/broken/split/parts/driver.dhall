let Septum = ../septum/package.dhall

in  Septum.Partition::{
    , name = "driver"
    , program =
        Septum.Program.Model
          [ Septum.Step.Loop { times = None Natural }
          , Septum.Step.Wait { ports = [ "irq" ], timeout_ns = Some 150 }
          , Septum.Step.Acknowledge { port = "irq" }
          , Septum.Step.Send
              { port = "bytes", message = Septum.Payload.Numbered "byte " }
          , Septum.Step.End
          ]
    , stack_bytes = 6000
    , devices = [ "uart" ]
    , interrupts = [ { port = "irq", device = "uart", source = 11 } ]
    }
