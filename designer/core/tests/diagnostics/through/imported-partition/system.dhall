./good.dhall // { partitions = [ ./parts/ping.dhall, ./parts/pong.dhall ] }
