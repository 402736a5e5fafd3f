-- error S0005 system.dhall:6:32: this is not Dhall: this number is malformed or does not fit into 64 bits
--   here: 18446744073709551616 }
--   help: correct the text at this place or just before it
let Septum = ./septum/package.dhall

in  ./good.dhall // { format = 18446744073709551616 }
