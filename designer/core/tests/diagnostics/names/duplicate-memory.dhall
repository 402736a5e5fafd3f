-- error S0190 system.dhall:11:11 memories: this version does not build shared memories
--   here: [ { name = "shared", size_bytes = 4096, grants =
--   help: send messages instead
-- error S0101 system.dhall:12:22 memories[1].name: the memory name `shared` is used twice
--   here: "shared", size_bytes = 4096, grants = [] : List
--   also: system.dhall:11:22 memories[0].name "shared", size_bytes = 4096, grants = [] : List
--   help: give one of them another name
let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "shared", size_bytes = 4096, grants = [] : List Septum.Grant }
          , { name = "shared", size_bytes = 4096, grants = [] : List Septum.Grant }
          ]
        }
