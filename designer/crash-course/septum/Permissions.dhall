-- System calls beyond a partition's ports: `log`; `now` and deadlines (`clock`); `restart`
-- and `stop` of others (`manage`); `safe_mode`.
{ Type = { log : Bool, clock : Bool, manage : Bool, safe_mode : Bool }
, default = { log = True, clock = False, manage = False, safe_mode = False }
}
