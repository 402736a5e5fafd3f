-- What is done about a partition's faults, by cause (ARINC 653). There is no numeric error:
-- RV64IMAC has no floating point, and integer division does not trap.
--
-- The defaults stop what can no longer be trusted, and keep what is only late: a fault halts
-- its partition alone, and so does an error that a program raises, as it does when it panics.
-- A missed deadline is put on record; windows keep it from taking the time of anybody else.
--
-- After `limit` restarts the partition is halted; `None` restarts it forever. It stays out for
-- `backoff_ns` before each.
let HealthAction = ./HealthAction.dhall

in  { Type =
        { memory_violation : HealthAction
        , illegal_request : HealthAction
        , hardware_fault : HealthAction
        , stack_overflow : HealthAction
        , deadline_missed : HealthAction
        , application_error : HealthAction
        , restart : { limit : Optional Natural, backoff_ns : Natural }
        }
    , default =
      { memory_violation = HealthAction.Halt
      , illegal_request = HealthAction.Halt
      , hardware_fault = HealthAction.Halt
      , stack_overflow = HealthAction.Halt
      , deadline_missed = HealthAction.Ignore
      , application_error = HealthAction.Halt
      , restart = { limit = Some 3, backoff_ns = 0 }
      }
    }
