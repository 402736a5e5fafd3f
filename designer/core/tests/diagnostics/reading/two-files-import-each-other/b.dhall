{ name = "b" } // ./a.dhall
