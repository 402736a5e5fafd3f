./b.dhall
