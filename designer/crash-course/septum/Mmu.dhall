-- Address translation for partitions.
< Bare | Sv39 >
