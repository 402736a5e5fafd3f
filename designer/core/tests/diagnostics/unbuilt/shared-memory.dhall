-- error S0190 system.dhall:7:11 memories: this version does not build shared memories
--   here: [ { name = "shared", size_bytes = 4096, grants =
--   help: send messages instead
let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "shared", size_bytes = 4096, grants = [ { partition = "ping", write = True }, { partition = "pong", write = False } ] } ]
        }
