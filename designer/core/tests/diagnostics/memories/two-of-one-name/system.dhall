let Septum = ./septum/package.dhall

let grants = [ { partition = "ping", write = True }, { partition = "pong", write = False } ]

in  ./good.dhall // { memories =
          [ { name = "shared", size_bytes = 4096, grants }
          , { name = "shared", size_bytes = 8192, grants }
          , { name = "2nd", size_bytes = 8192, grants }
          ]
        }
