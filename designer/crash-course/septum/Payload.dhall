-- What a model sends or logs: a text, a text followed by a number that counts from 1, or the
-- message received last.
< Text : Text | Numbered : Text | Received >
