-- What must be true of a run; `event` and `after` are expressions, as `septum run --only` takes them.
-- `Before`: the first such event comes before a time. `Within`: after each event that `after` means,
-- one that `event` means comes within so many nanoseconds.
< Must : { event : Text }
| MustNot : { event : Text }
| Before : { event : Text, ns : Natural }
| Within : { event : Text, after : Text, ns : Natural }
| AtMost : { event : Text, times : Natural }
| Console : { partition : Text, contains : Text }
>
