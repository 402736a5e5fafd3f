-- What is typed on the UART: each byte once the logger (partition 2 on the console) has
-- replied to the one before.
let Septum = ./septum/package.dhall

in  Septum.Scenario::{
    , uart =
      [ { after = "2|ready", send = "2" }
      , { after = "2|2", send = "1" }
      , { after = "2|1", send = "." }
      , { after = "2|.", send = "5" }
      ]
    }
