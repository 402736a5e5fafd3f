let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "shared", size_bytes = 1073745920, grants = [ { partition = "ping", write = True }, { partition = "pong", write = False } ] } ]
        }
