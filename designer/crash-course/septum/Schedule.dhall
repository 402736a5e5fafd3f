-- The windows of every hart, one after another from the start of the major frame.
let Window = ./Window.dhall

in  { Type =
        { name : Text, major_frame_ns : Natural, windows : List Window.Type }
    , default.name = "main"
    }
