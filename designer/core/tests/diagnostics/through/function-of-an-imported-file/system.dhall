let node = ./node.dhall

in  ./good.dhall // { partitions = [ node "ping" 4096, node "pong" 1 ] }
