let Septum = ./septum/package.dhall

in  ./good.dhall // { memories =
          [ { name = "shared", size_bytes = 4096, grants = [] : List Septum.Grant } ]
        }
