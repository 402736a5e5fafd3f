-- What is done about a fault; its record is written in any case. `Ignore`: the partition goes
-- on, which is possible after a missed deadline or an application error only. `Halt`: it
-- never runs again, unless the partition with the right `manage` restarts it. `Restart`: it
-- starts again from its pristine memory. `SafeMode`: it is halted, and the second schedule takes
-- over at the end of the major frame. `PowerOff`: the machine stops.
< Ignore | Halt | Restart | SafeMode | PowerOff >
