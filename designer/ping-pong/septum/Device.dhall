-- A memory-mapped device. `interrupts` are the PLIC sources that it raises; `dma` says
-- whether it can write memory by itself.
{ Type =
    { name : Text
    , kind : ./DeviceKind.dhall
    , base : Natural
    , size_bytes : Natural
    , interrupts : List Natural
    , dma : Bool
    }
, default = { interrupts = [] : List Natural, dma = False }
}
