-- warning S0139 system.dhall:14:60 memories[0].grants: nobody is granted the shared memory `shared`
--   here: [] : List Septum.Grant }
--   help: grant it to the partitions that share it, or remove it
-- error S0101 system.dhall:15:22 memories[1].name: the memory name `shared` is used twice
--   here: "shared", size_bytes = 4096, grants = [] : List
--   also: system.dhall:14:22 memories[0].name "shared", size_bytes = 4096, grants = [] : List
--   help: give one of them another name
-- warning S0139 system.dhall:15:60 memories[1].grants: nobody is granted the shared memory `shared`
--   here: [] : List Septum.Grant }
--   help: grant it to the partitions that share it, or remove it
let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "shared", size_bytes = 4096, grants = [] : List Septum.Grant }
          , { name = "shared", size_bytes = 4096, grants = [] : List Septum.Grant }
          ]
        }
