-- The kinds of device. `Clint`, `Plic` and `TestFinisher` are the kernel's.
< Clint | Plic | Uart16550 | TestFinisher | Rtc | VirtioMmio >
