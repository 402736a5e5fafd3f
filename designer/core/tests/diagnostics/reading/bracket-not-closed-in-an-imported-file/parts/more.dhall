{ name = "half"
