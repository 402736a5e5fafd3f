-- What the outside world does to a running system (scenario.dhall beside the system).
let Exchange = ./Exchange.dhall

in  { Type = { uart : List Exchange }, default.uart = [] : List Exchange }
