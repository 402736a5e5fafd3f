{ name = "ÿþ" }
