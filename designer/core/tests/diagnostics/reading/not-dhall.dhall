-- error S0005 system.dhall:5:1: this is not Dhall: an empty list needs its type, as in `[] : List Text`
--   help: correct the text at this place or just before it
name: half
partitions: []
