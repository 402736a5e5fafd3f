-- error S0132 system.dhall:6:45 machine.timebase_hz: a tick of 32768 Hz is not a whole number of nanoseconds
--   here: 32768
--   help: use a divisor of 1 GHz, such as 10000000
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.timebase_hz = 32768
