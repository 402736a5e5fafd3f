-- At a virtual time, or as soon as the kernel is done with what makes an event: the how-manieth,
-- from 1, of those that an expression means, as `septum run --only` takes it.
< Time : { ns : Natural }
| Event : { expression : Text, occurrence : Natural }
>
