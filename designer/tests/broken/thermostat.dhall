-- `sensor` was renamed to `thermometer` in one place only.
let Septum = ./septum/package.dhall

in  Septum.System::{
    , name = "thermostat"
    , partitions =
      [ Septum.Partition::{
        , name = "thermometer"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Send
                      { port = "degrees"
                      , message = Septum.Payload.Numbered "t="
                      }
                  , Septum.Step.Sleep { ns = Septum.ms 5 }
                  ]
              )
        , permissions = Septum.Permissions::{ clock = True }
        }
      , Septum.Partition::{
        , name = "controller"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Receive
                      { port = "degrees", timeout_ns = None Natural }
                  , Septum.Step.Send
                      { port = "valve", message = Septum.Payload.Text "open" }
                  ]
              )
        }
      , Septum.Partition::{
        , name = "controller"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Receive
                      { port = "command", timeout_ns = None Natural }
                  ]
              )
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "degrees"
        , kind = Septum.queuing 4 16
        , from = Septum.end "sensor" "degrees"
        , to = Septum.end "controller" "degrees"
        }
      , Septum.Channel::{
        , name = "valve"
        , kind = Septum.queuing 4 16
        , from = Septum.end "controller" "valve"
        , to = Septum.end "actuator" "command"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 500
            , partitions = [ "sensor" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 500
            , partitions = [ "controller", "actuator" ]
            }
          ]
        }
      ]
    }
