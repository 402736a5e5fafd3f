let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "in"
            , size_bytes = 4096
            , grants =
              [ { partition = "ping", write = True }
              , { partition = "pong", write = False }
              ]
            }
          ]
        }
