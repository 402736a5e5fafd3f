-- A named shared region of whole pages; it begins filled with zeros.
{ Type = { name : Text, size_bytes : Natural, grants : List ./Grant.dhall }
, default = {=}
}
