-- error S0005 system.dhall:5:1: this is not Dhall: an expression is expected here, not the end of the file
--   help: correct the text at this place or just before it
{ name = "half"
, partitions = [ 
