-- Short ways to write ends of channels, channels, and repeated steps.
let ChannelKind = ./ChannelKind.dhall

let Step = ./Step.dhall

in  { end = \(partition : Text) -> \(port : Text) -> { partition, port }
    , queuing =
        \(depth : Natural) ->
        \(message_bytes : Natural) ->
          ChannelKind.Queuing { message_bytes, depth }
    , repeat =
        \(times : Natural) ->
        \(steps : List Step) ->
          [ Step.Loop { times = Some times } ] # steps # [ Step.End ]
    , forever =
        \(steps : List Step) ->
          [ Step.Loop { times = None Natural } ] # steps # [ Step.End ]
    }
