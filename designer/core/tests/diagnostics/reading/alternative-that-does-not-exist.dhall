-- error S0011 system.dhall:6:30: there is no alternative `Broadcast` here
--   here: Septum.ChannelKind.Broadcast }
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  ./good.dhall // { kind = Septum.ChannelKind.Broadcast }
