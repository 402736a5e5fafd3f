-- UART input: `send` once `after` has appeared on the UART since the exchange before; the
-- empty text sends at once.
{ after : Text, send : Text }
