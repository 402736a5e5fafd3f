-- Times in nanoseconds and sizes in bytes.
{ us = \(n : Natural) -> n * 1000
, ms = \(n : Natural) -> n * 1000000
, KiB = \(n : Natural) -> n * 1024
, MiB = \(n : Natural) -> n * 1048576
}
