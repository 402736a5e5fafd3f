-- Queuing: first in, first out; full is an error for the sender. Sampling: the last value,
-- with an age. Signal: one bit.
< Queuing : { message_bytes : Natural, depth : Natural }
| Sampling : { message_bytes : Natural, validity_ns : Natural }
| Signal
>
