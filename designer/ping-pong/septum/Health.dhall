-- What is done about a partition's faults.
< Halt
| Restart : { limit : Optional Natural, backoff_ns : Natural }
| StopSystem
>
