./good.dhall // (./absent.dhall ? ./more.dhall)
