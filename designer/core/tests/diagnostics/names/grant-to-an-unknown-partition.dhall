-- error S0103 system.dhall:11:31 memories[0].grants[1].partition: the system has no partition `pang`
--   here: "pang", write = False }
--   help: the partitions are `ping`, `pong`
let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "shared"
            , size_bytes = 4096
            , grants =
              [ { partition = "ping", write = True }
              , { partition = "pang", write = False }
              ]
            }
          ]
        }
