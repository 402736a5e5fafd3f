-- A slice of a hart's major frame. The first ready partition of the list runs.
{ Type = { hart : Natural, duration_ns : Natural, partitions : List Text }
, default.hart = 0
}
