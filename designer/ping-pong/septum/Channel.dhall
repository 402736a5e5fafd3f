-- A one-way connection between two ports.
{ Type =
    { name : Text
    , kind : ./ChannelKind.dhall
    , from : ./End.dhall
    , to : ./End.dhall
    }
, default = {=}
}
