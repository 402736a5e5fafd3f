-- A named shared region.
{ Type = { name : Text, size_bytes : Natural, grants : List ./Grant.dhall }
, default = {=}
}
