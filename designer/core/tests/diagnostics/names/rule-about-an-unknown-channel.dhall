-- error S0190 system.dhall:9:31 rules: this version does not build the verification of rules
--   here: [ Septum.Rule.MaxLatency { channel = "ball", ns
--   help: remove them for now
-- error S0106 system.dhall:9:68 rules[0].channel: the system has no channel `ball`
--   here: "ball", ns = 1000 } ] }
--   help: the only channel is `balls`
let Septum = ./septum/package.dhall

in  ./good.dhall // { rules = [ Septum.Rule.MaxLatency { channel = "ball", ns = 1000 } ] }
